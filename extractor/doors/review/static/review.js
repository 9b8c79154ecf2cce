"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const body = document.body;
  const base = body.dataset.base;

  // Every request of ours carries the session's token; nothing else sends one.
  body.addEventListener("htmx:configRequest", (event) => { event.detail.headers["X-CSRF-Token"] = body.dataset.csrf; });
  body.addEventListener("htmx:sendError", () => note(body.dataset.busy));
  function note(text) {
    const box = document.createElement("div"), p = document.createElement("p");
    box.className = "note"; p.textContent = text; box.append(p);
    $("notice").replaceChildren(box);
    setTimeout(() => { if (box.isConnected) box.remove(); }, 8000);
  }
  const typing = (element) => element.matches("input, select, textarea") && element.type !== "hidden";

  if (body.dataset.kind === "queue") queue();
  if (body.dataset.kind === "packet") packet();

  function queue() {
    let state = "", wanted = "";
    const rows = () => [...document.querySelectorAll("#packets tr")];
    const fold = (text) => text.normalize("NFKC").toLowerCase();
    function filter() {
      for (const row of rows()) row.hidden = (state && row.dataset.state !== state) || (wanted && !fold(row.textContent).includes(wanted));
    }
    document.addEventListener("click", (event) => {
      const chip = event.target.closest("[data-state].chip");
      if (!chip) return;
      state = chip.dataset.state;
      document.querySelectorAll(".chip[data-state]").forEach((c) => { c.classList.toggle("on", c === chip); c.setAttribute("aria-pressed", String(c === chip)); });
      filter();
    });
    $("find").addEventListener("input", () => { wanted = fold($("find").value.trim()); filter(); });
    body.addEventListener("htmx:afterSwap", filter);
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (typing(event.target)) { if (event.key === "Escape") event.target.blur(); return; }
      const open = rows().filter((r) => !r.hidden && r.querySelector("a"));
      const at = open.findIndex((r) => r.contains(document.activeElement));
      if (event.key === "j" || event.key === "k") {
        const next = open[Math.min(open.length - 1, Math.max(0, at + (event.key === "j" ? 1 : -1)))];
        if (next) next.querySelector("a").focus();
      } else if (event.key === "/") $("find").focus(); else return;
      event.preventDefault();
    });
  }

  function packet() {
    const root = base + "/p/" + body.dataset.packet;
    const pages = new Map(JSON.parse($("pages").textContent).map(([no, width, height]) => [no, { width, height }]));
    const numbers = [...pages.keys()];
    const stage = $("stage"), sizer = $("sizer"), paper = $("paper"), shown = $("shown"), marks = $("marks"), dock = $("dock"), part = $("part"), sheet = $("sheet");
    let page = null, zoom = 1, turn = 0, box = null, boxRequest = 0, current = null;
    const turns = new Map(); // page → degrees the reviewer turned it

    // -- the page ------------------------------------------------------------------------------
    function lay() {
      const info = pages.get(page);
      if (!info) return;
      const across = turn % 180 ? info.height : info.width;
      const scale = ((stage.clientWidth - 2) / across) * zoom;
      const width = info.width * scale, height = info.height * scale;
      paper.style.width = width + "px"; paper.style.height = height + "px";
      const [w, h] = turn % 180 ? [height, width] : [width, height];
      sizer.style.width = w + "px"; sizer.style.height = h + "px";
      paper.style.transform = { 0: "", 90: `translateX(${w}px) rotate(90deg)`, 180: `translate(${w}px, ${h}px) rotate(180deg)`, 270: `translateY(${h}px) rotate(270deg)` }[turn];
    }
    function place(x, y) { // a point of the page → fractions of the turned page
      const info = pages.get(page), fx = x / info.width, fy = y / info.height;
      return { 0: [fx, fy], 90: [1 - fy, fx], 180: [1 - fx, 1 - fy], 270: [fy, 1 - fx] }[turn];
    }
    function bring() {
      if (!box) return;
      const [fx, fy] = place((box[0] + box[2]) / 2, (box[1] + box[3]) / 2);
      stage.scrollTo(fx * sizer.offsetWidth - stage.clientWidth / 2, fy * sizer.offsetHeight - stage.clientHeight / 2);
    }
    function mark() {
      const now = $("now");
      if (!now) return;
      const [x0, y0, x1, y1] = box || [0, 0, 0, 0];
      const grow = box ? 2 : 0;
      now.setAttribute("x", x0 - grow); now.setAttribute("y", y0 - grow);
      now.setAttribute("width", x1 - x0 + 2 * grow); now.setAttribute("height", y1 - y0 + 2 * grow);
      now.setAttribute("visibility", box ? "visible" : "hidden");
    }
    async function loadBoxes() {
      const mine = ++boxRequest, wanted = page;
      const answer = await fetch(`${root}/boxes/${wanted}`, { credentials: "same-origin" }).catch(() => null);
      if (!answer || !answer.ok || mine !== boxRequest) return;
      marks.innerHTML = await answer.text(); // ours, every text escaped by the template
      const svg = marks.querySelector("svg");
      $("where").textContent = svg ? svg.dataset.document : "";
      $("where").title = $("where").textContent;
      mark();
    }
    function showPage(number, wantedBox) {
      if (!pages.has(number)) return;
      const other = number !== page;
      box = wantedBox || null;
      if (other) {
        page = number; turn = turns.get(page) || 0;
        marks.replaceChildren();
        shown.hidden = false; $("nopicture").hidden = true;
        shown.src = `${root}/image/${page}`;
        shown.alt = shown.dataset.alt.replace("{n}", String(page));
        $("goto").value = String(page);
        loadBoxes();
      }
      if (box) zoom = legible();
      lay(); mark();
      if (box) bring(); else if (other) stage.scrollTo(0, 0);
    }
    function legible() { // text some 20 px high, a third of the stage wide at most
      const info = pages.get(page), across = turn % 180 ? info.height : info.width;
      const fit = stage.clientWidth / across;
      const tall = Math.min(box[3] - box[1], box[2] - box[0]) || 10, wide = Math.max(box[2] - box[0], box[3] - box[1]);
      return Math.min(3, Math.max(1, Math.min(22 / (tall * fit), (stage.clientWidth * 0.8) / (wide * fit))), Math.max(1.6, zoom));
    }
    shown.addEventListener("error", () => { shown.hidden = true; $("nopicture").hidden = false; });
    const step = (by) => { const at = numbers.indexOf(page); showPage(numbers[Math.min(numbers.length - 1, Math.max(0, at < 0 ? 0 : at + by))]); };
    function setZoom(to, x, y) {
      const fx = (stage.scrollLeft + (x ?? stage.clientWidth / 2)) / sizer.offsetWidth, fy = (stage.scrollTop + (y ?? stage.clientHeight / 2)) / sizer.offsetHeight;
      zoom = Math.min(5, Math.max(0.4, to));
      lay();
      stage.scrollTo(fx * sizer.offsetWidth - (x ?? stage.clientWidth / 2), fy * sizer.offsetHeight - (y ?? stage.clientHeight / 2));
    }
    stage.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      const at = stage.getBoundingClientRect();
      setZoom(zoom * (event.deltaY < 0 ? 1.15 : 1 / 1.15), event.clientX - at.left, event.clientY - at.top);
    }, { passive: false });
    let from = null, moved = false;
    stage.addEventListener("pointerdown", (event) => { if (event.pointerType === "mouse" && event.button === 0) { from = [event.clientX, event.clientY, stage.scrollLeft, stage.scrollTop]; moved = false; } });
    addEventListener("pointermove", (event) => {
      if (!from) return;
      if (Math.abs(event.clientX - from[0]) + Math.abs(event.clientY - from[1]) > 4) { moved = true; stage.classList.add("drag"); }
      if (moved) stage.scrollTo(from[2] + from[0] - event.clientX, from[3] + from[1] - event.clientY);
    });
    addEventListener("pointerup", () => { from = null; stage.classList.remove("drag"); });
    let pinch = null; // two fingers: their distance and the zoom they started from
    const spread = (touches) => Math.hypot(touches[0].clientX - touches[1].clientX, touches[0].clientY - touches[1].clientY);
    stage.addEventListener("touchstart", (event) => { if (event.touches.length === 2) pinch = [spread(event.touches), zoom]; }, { passive: true });
    stage.addEventListener("touchmove", (event) => {
      if (!pinch || event.touches.length !== 2) return;
      event.preventDefault();
      const at = stage.getBoundingClientRect(), [one, two] = event.touches;
      setZoom((pinch[1] * spread(event.touches)) / pinch[0], (one.clientX + two.clientX) / 2 - at.left, (one.clientY + two.clientY) / 2 - at.top);
    }, { passive: false });
    stage.addEventListener("touchend", () => { pinch = null; });
    let stageWidth = 0; // the dock grows and shrinks: what is boxed stays in sight
    new ResizeObserver(() => { if (stage.clientWidth !== stageWidth) { stageWidth = stage.clientWidth; lay(); } bring(); }).observe(stage);

    // -- what is selected ----------------------------------------------------------------------
    const ask = (address, values) => htmx.ajax("GET", root + address, { target: "#dock", swap: "innerHTML", values });
    const select = (on) => ask("/item", { on });
    const nextDoubt = (by) => ask("/next", { after: current || "", by });
    function point(element) { // colour what is selected in the sheet
      document.querySelectorAll(".now").forEach((e) => { if (e.id !== "now") e.classList.remove("now"); });
      if (!current) return;
      for (const found of part.querySelectorAll(`[data-on="${CSS.escape(current)}"]`)) (found.closest("td, dd") && found.classList.contains("v") ? found.closest("td, dd") : found).classList.add("now");
      if (element) { const first = part.querySelector(".now"); if (first) first.scrollIntoView({ block: "nearest", inline: "nearest" }); }
    }
    let lastFocus = null;
    dock.addEventListener("htmx:beforeSwap", () => { lastFocus = dock.contains(document.activeElement); });
    dock.addEventListener("htmx:afterSwap", () => {
      dock.scrollTop = 0;
      const item = $("item");
      if (item) {
        current = item.dataset.item;
        const numbers = item.dataset.box ? item.dataset.box.split(" ").map(Number) : null;
        if (item.dataset.page) showPage(Number(item.dataset.page), numbers);
        const now = item.querySelector("input[data-now]");
        if (now) { now.value = page || ""; item.querySelector("form.more input:not([type=hidden]), form.more select").focus(); }
      }
      point(true);
      if (lastFocus && !dock.contains(document.activeElement)) stage.focus({ preventScroll: true });
      const status = $("status");
      if (status) for (const [name, n] of Object.entries(JSON.parse(status.dataset.counts))) {
        const shownCount = document.querySelector(`[data-count="${name}"]`);
        if (shownCount) { shownCount.textContent = String(n); shownCount.hidden = !n; }
      }
    });
    body.addEventListener("htmx:oobAfterSwap", () => { if (sheet) lay(); });
    body.addEventListener("decided", (event) => {
      $("notice").replaceChildren();
      for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
      const { whole, cells } = event.detail;
      if (name === "lists" && !whole) {
        for (const [id, [text, css, status]] of Object.entries(cells)) {
          const cell = part.querySelector(`[data-on="fact:${CSS.escape(id)}"]`);
          if (!cell) continue;
          cell.textContent = text; cell.title = css ? status : ""; cell.closest("td").className = css;
        }
        point(false);
      } else openPart(name, true);
      if (page) loadBoxes();
    });

    // -- parts ---------------------------------------------------------------------------------
    let name = "findings";
    const tabs = [...document.querySelectorAll("[role=tab]")];
    function openPart(wanted, again) {
      const at = again ? sheet.scrollTop : 0;
      name = wanted;
      for (const tab of tabs) { const on = tab.dataset.part === name; tab.setAttribute("aria-selected", String(on)); tab.tabIndex = on ? 0 : -1; if (on) { part.setAttribute("aria-labelledby", tab.id); tab.scrollIntoView({ block: "nearest", inline: "nearest" }); } }
      return htmx.ajax("GET", `${root}/part/${name}`, { target: "#part", swap: "innerHTML" }).then(() => { sheet.scrollTop = at; });
    }
    part.addEventListener("htmx:afterSwap", () => point(false));
    const items = () => [...part.querySelectorAll(".item")];
    function stepItem(by) {
      const all = items();
      if (!all.length) return;
      const at = all.findIndex((e) => e.classList.contains("now"));
      const next = all[Math.min(all.length - 1, Math.max(0, at < 0 ? 0 : at + by))];
      next.scrollIntoView({ block: "nearest" });
      select(next.dataset.on);
    }

    // -- forms ---------------------------------------------------------------------------------
    function openForm(button) {
      const form = $(button.dataset.open);
      const open = form.hidden;
      for (const other of dock.querySelectorAll("form.more[id]")) other.hidden = true;
      for (const other of dock.querySelectorAll("[data-open]")) other.setAttribute("aria-expanded", "false");
      if (!open) return;
      form.hidden = false; button.setAttribute("aria-expanded", "true");
      const field = form.querySelector("input:not([type=hidden]), select, textarea");
      field.focus();
      if (field.select) field.select();
      form.scrollIntoView({ block: "nearest" });
    }
    const openSign = () => htmx.ajax("GET", root + "/sign", { target: "#dialog-body", swap: "innerHTML" }).then(() => $("dialog").showModal());
    const does = {
      previous: () => step(-1), next: () => step(1), in: () => setZoom(zoom * 1.25), out: () => setZoom(zoom / 1.25), fit: () => { zoom = 1; lay(); stage.scrollTo(0, stage.scrollTop); },
      turn: () => { turn = (turn + 90) % 360; turns.set(page, turn); lay(); bring(); },
      doubt: () => nextDoubt(1), sign: openSign, help: () => $("keys").showModal(), close: () => { for (const d of document.querySelectorAll("dialog[open]")) d.close(); },
      reload: () => location.reload(), unnote: () => $("notice").replaceChildren(),
    };
    document.addEventListener("click", (event) => {
      if (moved) { moved = false; if (stage.contains(event.target)) return; }
      const target = event.target.closest("[data-do], [data-open], [data-p], [data-part], [data-on]");
      for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
      if (!target) return;
      if (target.dataset.do) does[target.dataset.do]();
      else if (target.dataset.open) openForm(target);
      else if (target.dataset.p) showPage(Number(target.dataset.p));
      else if (target.dataset.part) openPart(target.dataset.part);
      else select(target.dataset.on);
    });
    $("goto").addEventListener("change", () => { const wanted = Number($("goto").value); if (pages.has(wanted)) showPage(wanted); else $("goto").value = String(page || ""); });
    for (const tab of tabs) tab.addEventListener("keydown", (event) => {
      const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!by) return;
      const next = tabs[(tabs.indexOf(tab) + by + tabs.length) % tabs.length];
      next.focus(); openPart(next.dataset.part); event.preventDefault();
    });
    let busy = false; // one decision at a time: a key held down must not decide twice
    body.addEventListener("htmx:beforeRequest", (event) => {
      if (event.detail.requestConfig.verb !== "post") return;
      if (busy) event.preventDefault(); else busy = true;
    });
    body.addEventListener("htmx:afterRequest", (event) => { if (event.detail.requestConfig.verb === "post") busy = false; });
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (typing(event.target)) {
        if (event.key === "Escape") { const form = event.target.closest("form.more[id]"); if (form) form.hidden = true; event.target.blur(); stage.focus({ preventScroll: true }); }
        else if (event.key === "Enter" && event.target.id === "goto") event.target.blur();
        return;
      }
      if (document.querySelector("dialog[open]")) return;
      const digit = "123456789".indexOf(event.key);
      const key = {
        n: () => nextDoubt(1), p: () => nextDoubt(-1), j: () => stepItem(1), k: () => stepItem(-1), "[": does.previous, "]": does.next, "+": does.in, "=": does.in, "-": does.out, 0: does.fit, r: does.turn, b: () => body.classList.toggle("nobox"), "?": does.help, g: () => { location.href = base + "/"; },
      }[event.key];
      if (key) key();
      else if (digit >= 0 && tabs[digit]) openPart(tabs[digit].dataset.part);
      else {
        const button = event.repeat ? null : dock.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
        if (!button) return;
        button.click();
      }
      event.preventDefault();
    });

    // -- width of the panes --------------------------------------------------------------------
    const split = $("split"), desk = document.querySelector(".desk");
    function share(percent) {
      const left = Math.min(75, Math.max(30, percent));
      desk.style.setProperty("--left", left + "fr"); desk.style.setProperty("--right", 100 - left + "fr");
      split.setAttribute("aria-valuenow", String(Math.round(left)));
      lay();
    }
    split.addEventListener("pointerdown", (event) => { split.setPointerCapture(event.pointerId); });
    split.addEventListener("pointermove", (event) => { if (split.hasPointerCapture(event.pointerId)) share((event.clientX / innerWidth) * 100); });
    split.addEventListener("keydown", (event) => {
      const by = { ArrowRight: 2, ArrowLeft: -2 }[event.key];
      if (by) { share(Number(split.getAttribute("aria-valuenow")) + by); event.preventDefault(); }
    });

    if (numbers.length) showPage(numbers[0]);
  }
})();
