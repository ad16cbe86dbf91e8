"use strict";
// Finds entries by number, name or word, without a server. ENTRIES comes from entries.js.
(() => {
  const LIMIT = 12;
  const query = document.getElementById("query");
  const hits = document.getElementById("hits");
  const root = document.body.dataset.root;
  const fold = (text) => text.toLowerCase().replace(/[^a-z0-9.]+/g, " ").trim();
  const entries = ENTRIES.map((entry) => ({
    ...entry,
    name: fold(entry.label),
    text: fold(`${entry.brief} ${entry.words}`),
  }));

  // How well an entry fits: every word must be found; names count for more than what is said of
  // them, and beginnings for more than middles.
  function score(entry, words, whole) {
    if (entry.name === whole) return 1000;
    let sum = 0;
    for (const word of words) {
      const inName = ` ${entry.name} `;
      const inText = ` ${entry.text} `;
      if (inName.includes(` ${word} `)) sum += 40;
      else if (inName.includes(` ${word}`)) sum += 25;
      else if (inName.includes(word) && word.length > 2) sum += 10;
      else if (inText.includes(` ${word} `)) sum += 6;
      else if (inText.includes(` ${word}`) && word.length > 2) sum += 3;
      else return 0;
    }
    return sum - entry.name.length / 100;
  }

  function find(text) {
    const whole = fold(text);
    const words = whole.split(" ").filter(Boolean);
    if (words.length === 0) return [];
    return entries
      .map((entry) => ({ entry, points: score(entry, words, whole) }))
      .filter((hit) => hit.points > 0)
      .sort((a, b) => b.points - a.points)
      .slice(0, LIMIT)
      .map((hit) => hit.entry);
  }

  function show() {
    const found = find(query.value);
    hits.replaceChildren();
    for (const entry of found) {
      const link = document.createElement("a");
      link.href = root + entry.url;
      const name = document.createElement("strong");
      name.textContent = entry.label;
      const brief = document.createElement("span");
      brief.textContent = entry.brief;
      link.append(name, " ", brief);
      const item = document.createElement("li");
      item.append(link);
      hits.append(item);
    }
    if (found.length === 0 && query.value.trim()) {
      const item = document.createElement("li");
      item.textContent = "Nothing found.";
      hits.append(item);
    }
    hits.hidden = hits.childElementCount === 0;
  }

  query.addEventListener("input", show);
  query.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      const first = hits.querySelector("a");
      if (first) first.click();
    } else if (event.key === "Escape") {
      query.value = "";
      show();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== query) {
      event.preventDefault();
      query.focus();
    }
  });
  const asked = new URLSearchParams(location.search).get("q");
  if (asked) {
    query.value = asked;
    show();
  }
})();
