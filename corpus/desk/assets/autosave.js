"use strict";
// Keeps what is typed: every field with data-path saves itself. What could not be sent stays in this browser and is sent
// when the desk answers again; what somebody else changed meanwhile is shown beside it, and neither is lost.
(() => {
  const WAIT = 350, AGAIN = 3000;
  let timer = null, sending = false;

  const form = () => document.querySelector("[data-case]");
  const store = () => `oxysynth ${form().dataset.case} ${form().dataset.who}`;
  const field = (path) => document.querySelector(`[data-path="${CSS.escape(path)}"]`);
  const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRF-Token"];

  const held = () => JSON.parse(localStorage.getItem(store()) || "{}");
  const keep = (pending) => {
    if (Object.keys(pending).length) localStorage.setItem(store(), JSON.stringify(pending)); else localStorage.removeItem(store());
  };

  // What somebody else changed meanwhile waits, both values, until one of them is chosen: a page that is left loses neither.
  const clashing = () => JSON.parse(localStorage.getItem(`${store()} clashes`) || "{}");
  function clashed(path, clash) {
    const all = clashing();
    if (clash) all[path] = clash; else delete all[path];
    if (Object.keys(all).length) localStorage.setItem(`${store()} clashes`, JSON.stringify(all)); else localStorage.removeItem(`${store()} clashes`);
  }

  function sayDone() {
    const [path] = Object.keys(clashing());
    if (!path) say("All saved.");
    else if (field(path)) say("Somebody changed a value meanwhile: both stand beside it.", true);
    else say(`Somebody changed a value of another section meanwhile (${path.replaceAll("/", " › ").replaceAll("_", " ")}): open it to see both.`, true);
  }

  function say(text, waiting) {
    const line = document.getElementById("saving");
    if (!line || line.textContent === text) return;
    line.textContent = text;
    line.toggleAttribute("data-waiting", Boolean(waiting));
  }

  function typed(element) {
    const pending = held(), path = element.dataset.path;
    const was = pending[path] ? pending[path].was : element.dataset.was;
    // While a reply is on its way nobody knows yet what the desk holds: what is on the page then is sent once more.
    if (element.value === was && !sending) delete pending[path]; else pending[path] = { was, value: element.value };
    keep(pending);
    say("Saving …");
    clearTimeout(timer);
    timer = setTimeout(send, WAIT);
  }

  async function send() {
    if (!form() || sending) return;
    const pending = held(), changes = Object.entries(pending).map(([path, one]) => ({ path, ...one }));
    if (!changes.length) { sayDone(); return; }
    sending = true;
    let answer = null;
    try {
      const reply = await fetch(`/coding/${form().dataset.case}/save`, {
        // HX-Request asks for a refusal as one line, and for 401 instead of the door's page where the session has ended.
        method: "POST", headers: { "Content-Type": "application/json", "X-CSRF-Token": token(), "HX-Request": "true" }, body: JSON.stringify({ changes }),
      });
      if (reply.ok) answer = await reply.json();
      else if (reply.status === 401 || reply.status === 403) say("Your session has ended. Enter again in another tab, then load this page again; what you typed is kept in this browser.", true);
      else say(`Not saved: ${new DOMParser().parseFromString(await reply.text(), "text/html").body.textContent.trim().slice(0, 300)}`, true);
    } catch {
      say(`The desk does not answer. ${changes.length} value${changes.length > 1 ? "s are" : " is"} kept in this browser and sent when it does.`, true);
    }
    sending = false;
    if (!answer) { clearTimeout(timer); timer = setTimeout(send, AGAIN); return; }
    const now = held(), clashes = new Map(answer.clashes.map((one) => [one.path, one]));
    for (const { path, value } of changes) {
      const clash = clashes.get(path), element = field(path);
      if (clash) { delete now[path]; clashed(path, clash); show(clash); continue; }
      if (element) element.dataset.was = value;
      if (now[path] && now[path].value === value) delete now[path];
      else if (now[path]) now[path].was = value;
    }
    keep(now);
    for (const item of new Set(changes.map((one) => one.path.split("/").slice(0, 3).join("-")))) {
      document.body.dispatchEvent(new CustomEvent(`saved-${item}`));
    }
    document.body.dispatchEvent(new CustomEvent("saved"));
    if (Object.keys(now).length) send(); else sayDone();
  }

  function show({ path, mine, theirs }) {
    const element = field(path);
    if (!element) return;
    const box = document.createElement("div"), text = document.createElement("p");
    box.className = "clash"; box.setAttribute("role", "alert");
    text.textContent = `Saved here meanwhile: “${theirs || "nothing"}”. You typed: “${mine || "nothing"}”.`;
    const choice = (words, value) => {
      const button = document.createElement("button");
      button.type = "button"; button.textContent = words;
      button.addEventListener("click", () => { clashed(path, null); element.dataset.was = theirs; put(element, value); box.remove(); typed(element); element.focus(); });
      return button;
    };
    box.append(text, choice("Keep mine", mine), " ", choice("Take theirs", theirs));
    element.parentElement.querySelector(".clash")?.remove();
    element.after(box);
  }

  // A value that is chosen by boxes stands in a hidden field; the boxes follow it.
  function put(element, value) {
    element.value = value;
    for (const box of document.querySelectorAll(`[data-member="${CSS.escape(element.id)}"]`)) box.checked = value.split(" ").includes(box.value);
  }

  document.addEventListener("input", (event) => {
    const element = event.target;
    if (element.dataset.path) {
      // A value and the reason why there is none: the one that is chosen now takes the other's place.
      const instead = document.getElementById(element.dataset.insteadOf || `${element.id}-missing`);
      if (instead && element.value && instead.value) { instead.value = ""; typed(instead); }
      typed(element);
    } else if (element.dataset.member) {
      const whole = document.getElementById(element.dataset.member);
      // In the order in which they are chosen: the first of an effect's arms is the oxytocin arm.
      const numbers = whole.value.split(" ").filter((one) => one && one !== element.value);
      whole.value = (element.checked ? [...numbers, element.value] : numbers).join(" ");
      typed(whole);
    }
  });

  let last = null;
  document.addEventListener("focusin", (event) => { if (event.target.dataset.path) last = event.target; });
  document.addEventListener("click", (event) => {
    const over = event.target.closest?.("[data-take-over]");
    if (over) { const into = document.getElementById(over.dataset.takeOver); into.value = over.dataset.value; into.form.reason.focus(); return; }
    const take = event.target.closest?.("[data-take]");
    if (!take) return;
    if (!last?.isConnected) { say("Go to a field first, then choose the value.", true); return; }
    // A list takes the codebook's term for what was found, a field what stands there.
    const value = last.matches("select") ? take.dataset.takeTerm : take.dataset.take;
    if (last.matches("select") && ![...last.options].some((one) => one.value && one.value === value)) { say("The list where you are has nothing like it: go to another field.", true); return; }
    last.value = value;
    last.dispatchEvent(new Event("input", { bubbles: true }));
    last.focus();
  });

  // A page that is loaded takes up what an earlier one could not send.
  function takeUp() {
    if (!form()) return;
    const pending = held();
    if (Object.keys(pending).length) say("Saving …");
    for (const [path, one] of Object.entries(pending)) {
      const element = field(path);
      if (element) put(element, one.value);
    }
    for (const [path, { mine }] of Object.entries(clashing())) {
      const element = field(path);
      if (element && element.dataset.was === mine) clashed(path, null);
      else if (element) show({ path, mine, theirs: element.dataset.was });
    }
    send();
  }
  document.addEventListener("DOMContentLoaded", takeUp);
  window.addEventListener("online", send);
  // What the paper prints is sent when the list has rested; who leaves before that has chosen all the same.
  const waysLeft = () => [...document.querySelectorAll("select[name=way]")].filter((one) => one.value && one.value !== one.querySelector("option[selected]")?.value);
  document.addEventListener("htmx:sendError", (event) => {
    if (!event.target.matches("select[name=way]")) return;
    event.target.value = event.target.querySelector("option[selected]")?.value ?? "";
    say("The desk does not answer: what the paper prints was not changed. Choose it again when it does.", true);
  });
  window.addEventListener("pagehide", () => {
    if (!form()) return;
    for (const one of waysLeft()) fetch(one.getAttribute("hx-post"), {
      method: "POST", keepalive: true, headers: { "X-CSRF-Token": token(), "HX-Request": "true" },
      body: new URLSearchParams({ ...JSON.parse(one.getAttribute("hx-vals")), way: one.value }),
    }).catch(() => {});
    const changes = Object.entries(held()).map(([path, one]) => ({ path, ...one }));
    if (changes.length) fetch(`/coding/${form().dataset.case}/save`, {
      method: "POST", keepalive: true, headers: { "Content-Type": "application/json", "X-CSRF-Token": token() }, body: JSON.stringify({ changes }),
    }).catch(() => {});
  });
  // Before HTMX puts new parts of the form in place, what is typed must be kept: the server answers with what it has.
  document.addEventListener("htmx:confirm", (event) => {
    if (!form() || !event.target.closest("[data-case]") || !Object.keys(held()).length || event.detail.verb === "get") return;
    event.preventDefault();
    const go = async () => { clearTimeout(timer); await send(); event.detail.issueRequest(true); };
    if (event.detail.question && !window.confirm(event.detail.question)) return;
    go();
  });
})();
