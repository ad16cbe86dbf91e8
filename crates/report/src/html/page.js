"use strict";
// Shows what is searched for, and unfolds what is linked to and printed. Without it all is there.
(() => {
  const byId = (id) => document.getElementById(id);
  const form = byId("filter");
  const query = byId("query");
  const choices = ["severity", "rule", "outcome"].map((name) => [name, byId(name)]);
  const shown = byId("shown");
  const unfold = byId("unfold");
  const items = [...document.querySelectorAll("#findings > .group > .finding, #calls > .call")];
  const groups = [...document.querySelectorAll("#findings > .group")];
  const texts = new Map();
  const folded = () => document.querySelectorAll("main details:not([open])");

  // What is said in an element, in lower case, looked up once.
  function textOf(element) {
    let text = texts.get(element);
    if (text === undefined) {
      text = element.textContent.toLowerCase();
      const group = element.closest(".group");
      if (group) {
        for (const head of group.querySelectorAll(":scope > h3, :scope > p")) {
          text += `\n${head.textContent.toLowerCase()}`;
        }
      }
      texts.set(element, text);
    }
    return text;
  }

  function fits(item, words) {
    for (const [name, choice] of choices) {
      if (choice.value && !item.dataset[name].split(" ").includes(choice.value)) return false;
    }
    return words.every((word) => textOf(item).includes(word));
  }

  function count(kind, noun) {
    const all = items.filter((item) => item.classList.contains(kind));
    const visible = all.filter((item) => !item.hidden).length;
    return `${visible} of ${all.length} ${noun}`;
  }

  function filter() {
    const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const item of items) item.hidden = !fits(item, words);
    for (const group of groups) {
      group.hidden = !group.querySelector(":scope > .finding:not([hidden])");
    }
    for (const message of document.querySelectorAll("#calls details.message")) {
      const isHit = words.length > 0 && !message.closest(".call").hidden
        && words.every((word) => message.textContent.toLowerCase().includes(word));
      message.classList.toggle("hit", isHit);
    }
    const isAny = words.length > 0 || choices.some(([, choice]) => choice.value);
    shown.textContent = isAny ? `${count("finding", "findings")}, ${count("call", "calls")}` : "";
  }

  // Whatever is linked to is shown, with all it is folded up in.
  function reveal() {
    let target = null;
    try {
      target = byId(decodeURIComponent(location.hash.slice(1)));
    } catch {
      return;
    }
    if (!target || !target.closest("main")) return;
    for (let at = target; at && at.tagName !== "MAIN"; at = at.parentElement) {
      if (at.tagName === "DETAILS") at.open = true;
      at.hidden = false;
    }
    // What is linked to as a whole is of interest in whole.
    const inside = target.querySelector(":scope > details");
    if (inside) inside.open = true;
    target.scrollIntoView({ block: "start" });
  }

  let timer = 0;
  query.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(filter, 120);
  });
  query.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      query.value = "";
      filter();
    }
  });
  for (const [, choice] of choices) choice.addEventListener("change", filter);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    filter();
  });
  unfold.addEventListener("click", () => {
    const closed = folded();
    if (closed.length > 0) {
      for (const details of closed) details.open = true;
      unfold.textContent = "Fold all";
    } else {
      for (const details of document.querySelectorAll("main details")) details.open = false;
      unfold.textContent = "Unfold all";
    }
  });
  document.addEventListener("keydown", (event) => {
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    const isTyping = ["INPUT", "SELECT", "TEXTAREA"].includes(document.activeElement.tagName);
    if (event.key === "/" && isPlain && !isTyping) {
      event.preventDefault();
      query.focus();
    }
  });
  addEventListener("hashchange", reveal);
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...folded()];
    for (const details of opened) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
    opened = [];
  });
  form.hidden = false;
  // A search may be a part of the address: report.html?q=486&severity=error.
  const asked = new URLSearchParams(location.search);
  if (asked.has("q")) query.value = asked.get("q");
  for (const [name, choice] of choices) {
    if (asked.has(name)) choice.value = asked.get(name);
  }
  // Browsers bring back what was typed before.
  filter();
  reveal();
})();
