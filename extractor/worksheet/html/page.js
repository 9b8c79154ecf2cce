"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const places = JSON.parse($("places").textContent);
  const byPage = new Map();
  for (const [id, place] of Object.entries(places)) {
    if (!byPage.has(place[0])) byPage.set(place[0], []);
    byPage.get(place[0]).push([id, place]);
  }
  const pages = [...document.querySelectorAll("figure.thumb")].map((f) => Number(f.dataset.p));
  const viewer = $("viewer"), canvas = $("canvas"), shown = $("shown"), marks = $("marks"), stage = $("stage");
  const template = canvas.dataset.page;
  let page = null, fact = null, zoom = 1;
  viewer.classList.add("idle");
  canvas.className = "z1"; // a figure has to be readable at once

  function showPage(number, wanted) {
    const thumb = $("p" + number);
    if (!thumb) return;
    page = number;
    fact = wanted || null;
    viewer.classList.remove("idle");
    document.querySelectorAll(".thumb.now, button.now").forEach((e) => e.classList.remove("now"));
    thumb.classList.add("now");
    const picture = thumb.querySelector("img");
    if (picture) shown.src = picture.src; else shown.removeAttribute("src");
    shown.alt = picture ? "" : canvas.dataset.empty;
    $("where").textContent = template.replace("{n}", String(number)) + "  " + thumb.querySelector("figcaption").textContent.replace(/^\s*\d+\s*/, "");
    const box = thumb.querySelector("svg").getAttribute("viewBox");
    marks.setAttribute("viewBox", box);
    marks.replaceChildren();
    const [, , pageWidth, pageHeight] = box.split(" ").map(Number);
    for (const [id, [, x0, y0, x1, y1, open]] of byPage.get(number) || []) {
      const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      const grow = id === fact ? 2 : 0;
      rect.setAttribute("x", x0 - grow); rect.setAttribute("y", y0 - grow);
      rect.setAttribute("width", x1 - x0 + 2 * grow); rect.setAttribute("height", y1 - y0 + 2 * grow);
      rect.setAttribute("class", id === fact ? "now" : open ? "doubt" : "read");
      if (id === fact) marks.append(rect); else marks.prepend(rect);
    }
    if (fact) {
      const [, x0, y0, x1, y1] = places[fact];
      const bring = () => stage.scrollTo({
        left: ((x0 + x1) / 2 / pageWidth) * canvas.clientWidth - stage.clientWidth / 2,
        top: ((y0 + y1) / 2 / pageHeight) * canvas.clientWidth * (pageHeight / pageWidth) - stage.clientHeight / 2,
      });
      if (shown.complete) bring(); else shown.onload = bring;
    } else stage.scrollTo(0, 0);
  }
  function showFact(id, from) {
    const place = places[id];
    if (!place) return;
    showPage(place[0], id);
    if (from && from.classList.contains("v")) from.classList.add("now");
  }
  function step(by) {
    if (!pages.length) return;
    const at = pages.indexOf(page);
    showPage(pages[Math.min(pages.length - 1, Math.max(0, at < 0 ? 0 : at + by))]);
  }
  function setZoom(to) {
    zoom = Math.min(3, Math.max(0, to));
    canvas.className = zoom ? "z" + zoom : "";
    if (fact) showPage(page, fact);
  }
  function openUp(element) {
    for (let e = element; e; e = e.parentElement) if (e.tagName === "DETAILS") e.open = true;
  }
  function goTo(element) {
    openUp(element);
    element.scrollIntoView({ block: "center" });
    document.querySelectorAll(".item.on").forEach((e) => e.classList.remove("on"));
    if (element.classList.contains("item")) element.classList.add("on");
    element.focus({ preventScroll: true });
  }
  const visible = (e) => !e.closest("[hidden]");
  let at = -1;
  function stepItem(by) {
    const items = [...document.querySelectorAll(".item")].filter(visible);
    if (!items.length) return;
    const current = items.indexOf(document.querySelector(".item.on"));
    at = Math.min(items.length - 1, Math.max(0, current + by));
    goTo(items[at]);
    const first = items[at].querySelector("[data-f]");
    if (first) showFact(first.dataset.f, first);
    else { const link = items[at].querySelector("[data-p]"); if (link) showPage(Number(link.dataset.p)); }
  }
  let lastDoubt = null;
  function nextDoubt() {
    const open = [...document.querySelectorAll("button.v.doubt")].filter(visible);
    if (!open.length) return;
    lastDoubt = open[(open.indexOf(lastDoubt) + 1) % open.length];
    goTo(lastDoubt);
    showFact(lastDoubt.dataset.f, lastDoubt);
  }
  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-f], [data-p]");
    if (!target) return;
    if (target.dataset.f) showFact(target.dataset.f, target);
    else if (target.dataset.p) { showPage(Number(target.dataset.p)); event.preventDefault(); }
  });
  $("prev").onclick = () => step(-1);
  $("next").onclick = () => step(1);
  $("in").onclick = () => setZoom(zoom + 1);
  $("out").onclick = () => setZoom(zoom - 1);
  $("doubt").onclick = nextDoubt;

  const fold = (text) => text.normalize("NFKC").toLowerCase().replace(/[\s,]+/g, "");
  let rows = null, waiting = 0;
  function search() {
    const wanted = fold($("q").value);
    rows = rows || [...document.querySelectorAll(".row")].map((e) => [e, fold(e.textContent)]);
    let found = 0;
    for (const [element, text] of rows) {
      const hit = !wanted || text.includes(wanted);
      element.hidden = !hit;
      if (hit && wanted) found += 1;
    }
    for (const list of document.querySelectorAll("details.list")) {
      const any = list.querySelector(".row:not([hidden])");
      list.hidden = Boolean(wanted) && !any;
      if (wanted && any) list.open = true;
    }
    const out = $("hits");
    out.textContent = !wanted ? "" : found ? out.dataset.some.replace("{n}", String(found)) : out.dataset.none;
  }
  $("q").addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(search, 120); });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target === $("q")) {
      if (event.key === "Escape") { $("q").value = ""; search(); $("q").blur(); }
      return;
    }
    const does = { j: () => stepItem(1), k: () => stepItem(-1), d: nextDoubt, "/": () => $("q").focus(), "[": () => step(-1), "]": () => step(1), "+": () => setZoom(zoom + 1), "=": () => setZoom(zoom + 1), "-": () => setZoom(zoom - 1) }[event.key];
    if (does) { event.preventDefault(); does(); }
  });
  addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((d) => { d.open = true; }));
  const start = /^#p(\d+)$/.exec(location.hash);
  if (start) showPage(Number(start[1]));
  else { const first = document.querySelector("#findings [data-f]"); if (first && innerWidth > 900) showFact(first.dataset.f); else if (pages.length && innerWidth > 900) showPage(pages[0]); }
})();
