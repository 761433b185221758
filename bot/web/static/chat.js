// Makes the chat page nicer: answers arrive without a reload. Without it, forms do the same.
(function () {
  "use strict";
  var form = document.getElementById("ask");
  var box = document.getElementById("text");
  var log = document.getElementById("log");
  var progress = document.getElementById("progress");
  var problem = document.getElementById("problem");
  var left = document.getElementById("left");
  var words = form.dataset;
  var busy = false;

  function element(name, attributes, children) {
    var node = document.createElement(name);
    Object.keys(attributes || {}).forEach(function (key) { node.setAttribute(key, attributes[key]); });
    (children || []).forEach(function (child) { node.append(child); });
    return node;
  }

  function limit() {
    return Number(words.expects === "comment" ? words.limitComment : words.limitQuestion);
  }

  function count() {
    var most = limit(), used = Array.from(box.value).length;
    var over = used - most;
    left.className = over > 0 ? "over" : "";
    left.textContent = used < most * 0.8 ? "" :
      over > 0 ? over + " " + words.over : most - used + " " + words.left;
  }

  function fail(sentence) {
    problem.textContent = "";
    if (sentence) {
      problem.append(element("p", {}, [sentence]));
      box.setAttribute("aria-invalid", "true");
    } else {
      box.removeAttribute("aria-invalid");
    }
  }

  function sources(list) {
    var items = list.map(function (source) {
      return element("li", {}, [element("a", { href: source.url, rel: "noopener noreferrer" }, [source.title])]);
    });
    return element("div", { class: "sources" }, [
      element("h4", {}, [words.sources]),
      element("ul", {}, items),
      element("p", { class: "small" }, [element("a", { href: "/f/" + list[0].fact }, [words.about])])
    ]);
  }

  function choices(list) {
    var items = list.map(function (button) {
      return element("li", {}, [element("button", { class: "choice", type: "submit", name: "button", value: button.token }, [button.title])]);
    });
    var made = element("form", { method: "post", action: "/", class: "buttons" }, [
      element("input", { type: "hidden", name: "conversation", value: form.elements.conversation.value }),
      element("ul", { class: "choices", "aria-label": words.choices }, items)
    ]);
    return made;
  }

  function show(said, answer) {
    var turn = element("article", { class: "turn", id: "turn-" + answer.turn }, [
      element("div", { class: "said" }, [element("h3", { class: "who" }, [words.you]), element("p", {}, [said])])
    ]);
    answer.replies.forEach(function (reply, index) {
      var parts = index === 0 ? [element("h3", { class: "who" }, [words.assistant])] : [];
      reply.text.split("\n").filter(Boolean).forEach(function (line) { parts.push(element("p", {}, [line])); });
      var receipt = /\b[0-9A-Z]{4}-[0-9A-Z]{4}\b/.exec(answer.status === "comment" ? reply.text : "");
      if (receipt && !reply.buttons.length) {
        parts.push(element("p", { class: "receipt" }, [element("a", { href: "/c/" + receipt[0] }, [words.receipt + ": " + receipt[0]])]));
      }
      if (reply.sources.length) { parts.push(sources(reply.sources)); }
      if (reply.buttons.length) { parts.push(choices(reply.buttons)); }
      turn.append(element("div", { class: "answer", lang: answer.language }, parts));
    });
    log.append(turn);
    turn.scrollIntoView({ block: "start" });
  }

  function send(message, said) {
    if (busy) { return; }
    busy = true;
    fail("");
    progress.textContent = words.sending;
    var slow = setTimeout(function () { progress.textContent = words.slow; }, 3000);
    var control = new AbortController();
    var late = setTimeout(function () { control.abort(); }, 15000);
    message.conversation = form.elements.conversation.value || undefined;
    fetch("/api/messages", {
      method: "POST", headers: { "Content-Type": "application/json", "Accept-Language": document.documentElement.lang },
      body: JSON.stringify(message), signal: control.signal
    }).then(function (response) {
      return response.json().then(function (body) {
        if (!response.ok) { throw new Error(body.error.message); }
        document.querySelectorAll("input[name=conversation]").forEach(function (field) { field.value = body.conversation; });
        words.expects = body.expects;
        document.getElementById("limit").textContent = body.expects === "comment" ? words.hintComment : words.hintQuestion;
        show(said, body);
        if (message.text !== undefined) { box.value = ""; }
        count();
        var examples = document.getElementById("examples");
        if (examples) { examples.hidden = true; }
        document.querySelector(".intro").classList.add("short");
        document.querySelector(".intro details").open = false;
        document.getElementById("keep").hidden = false;
      });
    }).catch(function (error) {
      var known = error instanceof Error && !(error instanceof TypeError) && !(error instanceof SyntaxError) && error.name !== "AbortError";
      fail(known ? error.message : words.failed);
    }).finally(function () {
      clearTimeout(slow);
      clearTimeout(late);
      progress.textContent = "";
      busy = false;
      box.focus({ preventScroll: true });
    });
  }

  document.addEventListener("submit", function (event) {
    var target = event.target, pressed = event.submitter;
    if (target === form) {
      event.preventDefault();
      send({ text: box.value }, box.value.trim());
    } else if (pressed && pressed.name === "button") {
      event.preventDefault();
      send({ button: pressed.value }, pressed.textContent);
    } else if (pressed && pressed.name === "text") {
      event.preventDefault();
      send({ text: pressed.value }, pressed.value);
    }
  });
  box.addEventListener("keydown", function (event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  box.addEventListener("input", count);
  count();
})();
