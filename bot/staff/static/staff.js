// Keys and small comforts for the desk. Everything works without this file.
"use strict";
(() => {
  const OFF = "staff-keys-off";
  const keysOff = () => localStorage.getItem(OFF) === "yes";

  // A count is asked for apart, so that no page waits for it.
  const count = document.querySelector("[data-count]");
  if (count) {
    fetch(count.dataset.count, { headers: { Accept: "application/json" } })
      .then((response) => (response.ok ? response.json() : null))
      .then((found) => { if (found) count.textContent = found.words; })
      .catch(() => {});
  }

  const spot = document.getElementById("keys-switch");
  const drawSwitch = () => {
    const words = spot.dataset;
    spot.textContent = (keysOff() ? words.off : words.on) + " ";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link";
    button.textContent = keysOff() ? words.turnOn : words.turnOff;
    button.addEventListener("click", () => {
      localStorage.setItem(OFF, keysOff() ? "no" : "yes");
      drawSwitch();
      spot.querySelector("button").focus();
    });
    spot.append(button);
  };
  if (spot) drawSwitch();

  const rows = [...document.querySelectorAll("[data-list] > li")];
  let current = -1;
  const moveTo = (index) => {
    if (!rows.length) return;
    rows[current]?.classList.remove("current");
    current = Math.max(0, Math.min(rows.length - 1, index));
    rows[current].classList.add("current");
    rows[current].querySelector("a").focus();
  };

  document.addEventListener("keydown", (event) => {
    const target = event.target;
    const typing = target.matches("input:not([type=checkbox]), textarea, select");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || keysOff()) return;
    if (rows.length && (event.key === "j" || event.key === "k")) {
      moveTo(current + (event.key === "j" ? 1 : -1));
      event.preventDefault();
      return;
    }
    if (rows.length && event.key === "x" && current >= 0) {
      rows[current].querySelector("input[type=checkbox]")?.click();
      return;
    }
    if (!/^[a-z/]$/.test(event.key)) return;
    const named = document.querySelector(`[data-key="${event.key}"]`);
    if (!named) return;
    event.preventDefault();
    if (named.matches("input, textarea")) named.focus();
    else if (named.matches("summary")) {
      named.parentElement.open = true;
      named.parentElement.querySelector("select, textarea")?.focus();
    } else named.click();
  });
})();
