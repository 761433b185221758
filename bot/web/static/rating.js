// Ratings without a reload. Without it, the same forms do the same.
(() => {
  "use strict";
  const post = async (form, body, again) => {
    const response = await fetch(form.getAttribute("action"), {
      method: "POST", headers: { Accept: "application/json" }, body
    });
    const answer = await response.json();
    if (answer.error?.code === "form" && again) {
      body.set("form_token", answer.form_token);
      return post(form, body, false);
    }
    return answer;
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target, pressed = event.submitter;
    if (!("rate" in form.dataset) || !pressed) { return; }
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form));
    body.set(pressed.name, pressed.value);
    let answer;
    try {
      answer = await post(form, body, true);
    } catch {
      answer = { error: { message: form.dataset.failed } };
    }
    if (answer.error) {
      form.querySelector(".wrong").textContent = answer.error.message;
      return;
    }
    const id = form.id;
    form.outerHTML = answer.html;
    document.getElementById(id).querySelector(`button[name=${pressed.name}][value=${pressed.value}]`)?.focus();
    const spoken = document.getElementById("spoken");
    if (spoken) { spoken.textContent = answer.spoken; }
  });
})();
