// Makes the chat nicer: answers arrive without a reload. Without it, the same forms do the same.
(() => {
  "use strict";
  const get = (id) => document.getElementById(id);
  const form = get("ask"), box = get("text"), log = get("log"), progress = get("progress");
  if (!form) { return; }
  const words = form.dataset, spoken = get("spoken"), problem = get("problem"), send = get("send");
  let busy = false, counted = 0;

  // Nothing typed is lost on the way to another page and back.
  const store = (text) => {
    try {
      if (text) { sessionStorage.setItem("draft", text); } else { sessionStorage.removeItem("draft"); }
    } catch { /* storage is off: the browser's own memory of the field has to do */ }
  };
  try { box.value = box.value || sessionStorage.getItem("draft") || ""; } catch { /* the same */ }
  addEventListener("pagehide", () => store(box.value));

  const fill = (name, value) => {
    document.querySelectorAll(`input[name=${name}]`).forEach((field) => { field.value = value; });
  };

  const commenting = () => words.expects === "comment";

  const hint = () => {
    box.rows = commenting() ? 6 : 2;
    get("limit").textContent = commenting() ? words.hintComment : words.hintQuestion;
  };

  const count = () => {
    const most = Number(commenting() ? words.limitComment : words.limitQuestion);
    const left = most - Array.from(box.value).length;
    const said = left > most * 0.2 ? "" : left < 0 ? `${-left} ${words.over}` : `${left} ${words.left}`;
    get("left").className = left < 0 ? "over" : "";
    get("left").textContent = said;
    clearTimeout(counted);  // a screen reader hears it when the typing pauses
    if (said) { counted = setTimeout(() => { spoken.textContent = said; }, 1200); }
  };

  const fail = (sentence, wrong) => {
    problem.textContent = "";
    box.toggleAttribute("aria-invalid", Boolean(wrong));
    if (wrong) { box.setAttribute("aria-invalid", "true"); }
    box.setAttribute("aria-describedby", sentence ? "hint problem" : "hint");
    if (sentence) {
      const line = document.createElement("p");
      line.textContent = sentence;
      problem.append(line);
    }
  };

  const reveal = (place) => place.querySelectorAll("[data-do]").forEach((tool) => {
    tool.hidden = tool.dataset.do === "copy" && !navigator.clipboard;
  });

  const show = (answer, target) => {
    log.insertAdjacentHTML("beforeend", answer.html);
    const turn = get(`turn-${answer.turn}`);
    reveal(turn);
    fill("conversation", answer.conversation);
    fill("seen", answer.turn);
    words.expects = answer.expects;
    hint();
    get("kept").textContent = answer.kept[document.documentElement.lang];
    get("keep").hidden = false;
    get("missed").hidden = !answer.missed;
    get("examples")?.remove();
    get("intro").classList.add("short");
    get("intro").querySelector("details").open = false;
    spoken.lang = answer.language;
    spoken.textContent = answer.spoken;
    if (target === form) { box.value = ""; store(""); count(); } else { turn.focus({ preventScroll: true }); }
    turn.scrollIntoView();
  };

  const post = async (target, body, again) => {
    const control = new AbortController();
    const late = setTimeout(() => control.abort(), 15000);
    try {
      const response = await fetch(target.getAttribute("action"), {
        method: "POST", headers: { Accept: "application/json" }, body, signal: control.signal
      });
      const answer = await response.json();
      if (answer.form_token) {
        document.querySelectorAll(":is([data-chat], [data-rate]) > input[name=form_token]").forEach((field) => {
          field.value = answer.form_token;
        });
      }
      if (answer.error?.code === "form" && again) {
        body.set("form_token", answer.form_token);
        return post(target, body, false);
      }
      return answer;
    } finally {
      clearTimeout(late);
    }
  };

  const ask = async (target, pressed) => {
    if (busy) { return; }
    busy = true;
    const body = new URLSearchParams(new FormData(target));
    if (pressed?.name) { body.set(pressed.name, pressed.value); }
    fail("");
    spoken.textContent = "";
    progress.textContent = words.sending;
    progress.classList.add("busy");
    send.setAttribute("aria-disabled", "true");
    const slow = setTimeout(() => { progress.textContent = words.slow; }, 3000);
    try {
      const answer = await post(target, body, true);
      if (answer.error) {
        fail(answer.error.message, ["empty", "too_long"].includes(answer.error.code));
      } else {
        show(answer, target);
      }
    } catch {
      fail(words.failed);
    }
    clearTimeout(slow);
    progress.textContent = "";
    progress.classList.remove("busy");
    send.removeAttribute("aria-disabled");
    busy = false;
  };

  const copy = async (tool) => {
    const answer = tool.closest(".answer"), title = tool.textContent;
    const links = answer.querySelectorAll(".sources a, .page-link");
    const lines = [answer.querySelector(".text").innerText, ...Array.from(links, (a) => `${a.textContent}: ${a.href}`)];
    try { await navigator.clipboard.writeText(lines.join("\n")); } catch { return; }
    tool.textContent = spoken.textContent = tool.dataset.done;
    setTimeout(() => { tool.textContent = title; }, 2000);
  };

  const printOne = (turn) => {
    document.body.classList.add("print-one");
    turn.classList.add("printed");
    addEventListener("afterprint", () => {
      document.body.classList.remove("print-one");
      turn.classList.remove("printed");
    }, { once: true });
    print();
  };

  document.addEventListener("submit", (event) => {
    if ("chat" in event.target.dataset) {
      event.preventDefault();
      ask(event.target, event.submitter);
    }
  });
  document.addEventListener("click", (event) => {
    const tool = event.target.closest("[data-do]");
    if (tool?.dataset.do === "copy") { copy(tool); }
    if (tool?.dataset.do === "print") { printOne(tool.closest(".turn")); }
    if (tool?.dataset.do === "print-all") { print(); }
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && !commenting()) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  box.addEventListener("input", count);
  reveal(document);
  hint();
  count();

  // In the widget: the host's panel and this page tell each other where the focus goes.
  if (parent !== window) {
    addEventListener("message", ({ source, data }) => {
      if (source !== parent) { return; }
      if (data === "plan-assistant:focus") { box.focus(); }
      if (data === "plan-assistant:last") {
        const all = document.querySelectorAll("a[href], button:not([hidden]), textarea, summary");
        Array.from(all).filter((one) => one.offsetParent).pop().focus();
      }
    });
    addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.isComposing) { parent.postMessage("plan-assistant:close", "*"); }
    });
  }
})();
