// The widget: a button and a panel with the chat in a frame. One script tag puts it on a page:
// <script src="https://…/embed.js" defer></script>, with data-lang="es" for Spanish.
(() => {
  "use strict";
  const script = document.currentScript;
  if (!script || !document.body || document.querySelector("plan-assistant")) { return; }
  const home = new URL(script.src).origin;
  const asked = script.dataset.lang || document.documentElement.lang || navigator.language || "en";
  const lang = asked.toLowerCase().startsWith("es") ? "es" : "en";
  const words = {
    en: { open: "Ask about the plan", close: "Close", panel: "Plan assistant" },
    es: { open: "Pregunte sobre el plan", close: "Cerrar", panel: "Asistente del plan" }
  }[lang];

  // A closed shadow tree with a sheet made by script: the host's style does not reach in,
  // ours does not reach out, and a strict Content-Security-Policy has nothing to forbid.
  const host = document.createElement("plan-assistant");
  const root = host.attachShadow({ mode: "closed" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { all: initial !important; display: block !important; position: fixed !important; inset: auto 1em 1em auto !important;
      z-index: 2147483647 !important; color-scheme: light dark !important; overflow: visible !important; }
    [hidden] { display: none !important; }
    button { font: 600 1em/1.3 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; color: #fff; background: #123f63;
      border: 2px solid #fff; border-radius: 1.6em; padding: .7em 1.2em; min-block-size: 3em; cursor: pointer;
      box-shadow: 0 2px 10px rgb(0 0 0 / .35); }
    button:hover { background: #1c5687; }
    button:focus-visible { outline: 3px solid #ffd166; outline-offset: 1px; box-shadow: 0 0 0 6px #0a1a27; }
    section { display: flex; flex-direction: column; inline-size: min(25em, calc(100vw - 2em));
      block-size: min(40em, calc(100vh - 2em)); background: #f4f6f8; border: 1px solid #6a7683; border-radius: .7em;
      overflow: hidden; box-shadow: 0 6px 30px rgb(0 0 0 / .35); }
    header { display: flex; align-items: center; justify-content: space-between; gap: 1em; background: #123f63; color: #fff;
      border-block-end: 4px solid #f2b632; padding: .35em .5em .35em .9em; font: 700 1em/1.3 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
    header button { box-shadow: none; border-color: transparent; padding: .4em .8em; min-block-size: 2.6em; }
    iframe { flex: 1; inline-size: 100%; border: 0; }
    @media (max-width: 30em), (max-height: 30em) {
      section { position: fixed; inset: 0; inline-size: 100%; block-size: 100%; border: 0; border-radius: 0; }
    }
    @media (prefers-color-scheme: dark) { section { background: #11161b; border-color: #8794a3; } }
    @media print { :host { display: none !important; } }`);
  root.adoptedStyleSheets = [sheet];

  const make = (name, attributes, ...inside) => {
    const node = document.createElement(name);
    Object.entries(attributes).forEach(([key, value]) => node.setAttribute(key, value));
    node.append(...inside);
    return node;
  };
  const frame = make("iframe", { title: words.panel, allow: "clipboard-write" });
  const close = make("button", { type: "button" }, words.close);
  const before = make("div", { tabindex: 0 }), after = make("div", { tabindex: 0 });
  const panel = make("section", { hidden: "", role: "dialog", "aria-modal": "true", "aria-label": words.panel },
    before, make("header", {}, make("span", {}, words.panel), close), frame, after);
  const open = make("button", { type: "button", "aria-haspopup": "dialog" }, words.open);
  root.append(open, panel);

  const tell = (what) => frame.contentWindow?.postMessage(`plan-assistant:${what}`, home);
  const enter = (what) => { frame.focus(); tell(what); };
  const toggle = (shown) => {
    panel.hidden = !shown;
    open.hidden = shown;
    if (!shown) { open.focus(); return; }
    close.focus();
    if (frame.src) { enter("focus"); } else { frame.src = `${home}/embed?lang=${lang}`; }
  };
  frame.addEventListener("load", () => { if (!panel.hidden && frame.src) { enter("focus"); } });
  open.addEventListener("click", () => toggle(true));
  close.addEventListener("click", () => toggle(false));
  before.addEventListener("focus", () => enter("last"));
  after.addEventListener("focus", () => close.focus());
  panel.addEventListener("keydown", (event) => { if (event.key === "Escape") { toggle(false); } });
  addEventListener("message", ({ source, origin, data }) => {
    if (origin === home && source === frame.contentWindow && data === "plan-assistant:close") { toggle(false); }
  });
  document.documentElement.append(host);
  if (host.showPopover) {  // above everything, and out of reach of what the host does to its whole page
    host.popover = "manual";
    host.showPopover();
  }
})();
