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
    :host { all: initial !important; display: block !important; visibility: visible !important; opacity: 1 !important;
      position: fixed !important; inset: auto 1rem 1rem auto !important; z-index: 2147483647 !important;
      inline-size: auto !important; block-size: auto !important; max-inline-size: none !important; transform: none !important;
      filter: none !important; clip-path: none !important; pointer-events: auto !important; color-scheme: light dark !important; }
    [hidden] { display: none !important; }
    button { font: 600 1rem/1.3 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; color: #fff; background: #123f63;
      border: 2px solid #fff; border-radius: 1.6rem; padding: .7rem 1.2rem; min-block-size: 3rem; cursor: pointer;
      box-shadow: 0 2px 10px rgb(0 0 0 / .35); }
    button:hover { background: #1c5687; }
    button:focus-visible { outline: 3px solid #ffd166; outline-offset: 1px; box-shadow: 0 0 0 6px #0a1a27; }
    section { display: flex; flex-direction: column; inline-size: min(25rem, calc(100vw - 2rem));
      block-size: min(40rem, calc(100vh - 2rem)); background: #f4f6f8; border: 1px solid #6a7683; border-radius: .7rem;
      overflow: hidden; box-shadow: 0 6px 30px rgb(0 0 0 / .35); }
    header { display: flex; align-items: center; justify-content: space-between; gap: 1rem; background: #123f63; color: #fff;
      border-block-end: 4px solid #f2b632; padding: .35rem .5rem .35rem .9rem; font: 700 1rem/1.3 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
    header button { box-shadow: none; border-color: transparent; padding: .4rem .8rem; min-block-size: 2.6rem; }
    iframe { flex: 1; inline-size: 100%; border: 0; }
    @media (max-width: 30rem), (max-height: 30rem) {
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
})();
