// Keys and small comforts for the desk. Everything works without this file.
"use strict";
