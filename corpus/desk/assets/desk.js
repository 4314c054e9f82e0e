"use strict";
// Keys and focus. Whatever has data-key is pressed by that key; data-go by g and then the letter; the map shows them all.
(() => {
  const WRITES = "input:not([type=checkbox]):not([type=radio]):not([type=file]), textarea, select";
  let going = false;

  const visible = (element) => element.getClientRects().length > 0 && !element.disabled;

  function press(element) {
    if (element.matches(WRITES)) { element.focus(); element.select?.(); return; }
    element.click();
    const opened = element.matches("summary") && element.parentElement.open;
    if (opened) element.parentElement.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  }

  document.addEventListener("keydown", (event) => {
    const writing = event.target instanceof Element && event.target.matches(WRITES);
    if (event.key === "Escape") document.getElementById("message").replaceChildren();
    if (event.key === "Escape" && writing) { event.target.blur(); document.getElementById("main").focus(); return; }
    if (event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]")) return;
    if (writing) return;
    if (going) {
      going = false;
      const place = document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
      if (place) { event.preventDefault(); place.click(); }
      return;
    }
    if (event.key === "g") { going = true; setTimeout(() => { going = false; }, 1500); return; }
    const found = [...document.querySelectorAll(`[data-key="${CSS.escape(event.key)}"]`)].find(visible);
    if (found && !event.repeat) { event.preventDefault(); press(found); }
  });

  document.addEventListener("click", (event) => {
    const opener = event.target instanceof Element && event.target.closest("[data-open]");
    if (!opener) return;
    const dialog = document.getElementById(opener.dataset.open);
    const map = document.getElementById("key-map");
    if (map) {
      const rows = [...document.querySelectorAll("[data-key][data-does]")].filter(visible)
        .map((one) => [one.dataset.key, one.dataset.does]);
      const places = [...document.querySelectorAll("[data-go]")].map((one) => [`g ${one.dataset.go}`, `to ${one.textContent}`]);
      map.replaceChildren(...[...rows, ...places].map(([key, does]) => {
        const row = document.createElement("div"), term = document.createElement("dt"), what = document.createElement("dd");
        const cap = document.createElement("kbd");
        cap.textContent = key; term.append(cap); what.textContent = does; row.append(term, what);
        return row;
      }));
    }
    dialog.showModal();
  });

  // What has just been put in place takes the focus, so that a screen reader reads it, and the page begins at its top.
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "tour") return;
    if (event.detail.target.id === "message") {
      // What is still to be filled in takes the focus; without such a field the other person's words do.
      const form = event.detail.requestConfig?.elt.closest("form");
      (form?.querySelector(":invalid:not(fieldset)") ?? event.detail.target.querySelector("a, button"))?.focus();
      return;
    }
    document.getElementById("message").replaceChildren();
    if (event.detail.target.id.startsWith("items-") || event.detail.target.id === "appraisals") {
      event.detail.target.lastElementChild?.querySelector("input:not([type=hidden]), select, textarea")?.focus();
      return;
    }
    if (event.detail.target.id !== "main") return;
    const heading = document.querySelector("#main [data-focus]");
    if (heading) heading.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  });

  // Where one is, for the eye and for screen readers.
  document.addEventListener("DOMContentLoaded", () => {
    for (const link of document.querySelectorAll("nav[aria-label=Desk] a")) {
      const places = [link.pathname, ...(link.dataset.under ?? "").split(" ").filter(Boolean)];
      if (!places.some((place) => location.pathname.startsWith(place))) continue;
      link.setAttribute("aria-current", "page");
      link.closest("nav").scrollLeft = link.offsetLeft - 60; // in sight where the menu is wider than the screen
    }
  });

  // What the guided case says next takes most of a telephone's screen: there its title stands alone until it is opened.
  const small = matchMedia("(max-width: 44rem)");
  function fold() {
    for (const one of document.querySelectorAll(".tour-text")) one.open = !small.matches;
  }
  fold();
  small.addEventListener("change", fold);
  document.addEventListener("htmx:afterSwap", (event) => { if (event.detail.target.id === "tour") fold(); });

  function say(text) {
    const line = document.createElement("p");
    line.textContent = text;
    document.getElementById("message").replaceChildren(line);
  }
  document.addEventListener("htmx:sendError", () => say("The desk does not answer. What you typed is still here; try again in a moment."));
  document.addEventListener("htmx:responseError", (event) => say(`The desk answered with an error (${event.detail.xhr.status}). What you typed is still here.`));
})();
