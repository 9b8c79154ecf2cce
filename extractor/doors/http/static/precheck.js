/* Pre-check for a portal's page: no dependencies, no inline styles, nothing evaluated, so it runs under
 * script-src 'self'. Text of a packet is only ever put in as text.
 *
 *   <div data-extractor-precheck data-base="/extractor" data-scheme="jiangxi_2023" data-submit></div>
 *   <script src="/extractor/precheck.js" defer></script>
 *
 * Events on the element, all bubbling: extractor:page, extractor:result (detail.result, detail.result.final),
 * extractor:prefill (detail.values: {field: {value, shown, unit, label}}), extractor:failed.
 * With data-submit the looked-at papers can be filed from here; extractor:submitted then has detail.id.
 */
(function () {
  "use strict";

  var WORDS = {
    zh: {
      choose: "选择申报材料（PDF、图片或压缩包，可多选）", check: "预检", busy: "正在读取…", page: "已读",
      of: "页，共", pages: "页", missing: "缺少或不合要求的材料", bad: "无法读取或不清晰", differ: "数据不一致",
      fine: "没有发现缺少的材料或不一致的数据", prefill: "填入表单", failed: "预检未完成：",
      pageNo: "第", pageEnd: "页", comma: "、", open: "（", close: "）", advice: "预检完成。只供参考，不影响提交。", found: "已识别的材料",
      awaited: "尚未读到的材料（仍在读取）", submit: "提交这份材料", submitted: "已提交，编号："
    },
    en: {
      choose: "Choose the papers (PDF, pictures or archive)", check: "Pre-check", busy: "Reading…", page: "Read",
      of: "pages of", pages: "", missing: "Missing or insufficient papers", bad: "Unreadable or unclear",
      differ: "Figures that disagree", fine: "Nothing missing, no figures that disagree", prefill: "Fill in the form",
      failed: "Not completed: ", pageNo: "page ", pageEnd: "", comma: ", ", open: " (", close: ")", advice: "Done. For information only.",
      found: "Papers recognised", awaited: "Not met with yet (still reading)", submit: "Submit these papers",
      submitted: "Submitted, number: "
    }
  };

  function make(tag, name, text) {
    var node = document.createElement(tag);
    if (name) { node.className = "extractor-" + name; }
    if (text !== undefined) { node.textContent = text; }
    return node;
  }

  function tell(root, name, detail) {
    root.dispatchEvent(new CustomEvent("extractor:" + name, { bubbles: true, detail: detail }));
  }

  function start(root) {
    var base = (root.getAttribute("data-base") || "").replace(/\/$/, "");
    var lang = (root.getAttribute("data-lang") || document.documentElement.lang || "zh").slice(0, 2);
    var words = WORDS[lang] || WORDS.zh;
    var headers = { "Accept-Language": lang, "X-Extractor": "1" };
    (root.getAttribute("data-headers") || "").split("\n").forEach(function (line) {
      var at = line.indexOf(":");
      if (at > 0) { headers[line.slice(0, at).trim()] = line.slice(at + 1).trim(); }
    });
    var label = make("label", "choose", words.choose);
    var input = make("input", "files");
    input.type = "file"; input.multiple = true;
    var button = make("button", "check", words.check);
    button.type = "button";
    var status = make("p", "status"); status.setAttribute("role", "status");
    var out = make("div", "result");
    label.appendChild(input);
    [label, button, status, out].forEach(function (n) { root.appendChild(n); });

    button.addEventListener("click", function () {
      if (!input.files.length) { input.focus(); return; }
      button.disabled = true; out.textContent = ""; status.textContent = words.busy;
      upload(input.files).then(follow).catch(function (error) {
        status.textContent = words.failed + error.message;
        tell(root, "failed", { message: error.message });
      }).then(function () { button.disabled = false; });
    });

    function upload(files) {
      var form = new FormData();
      Array.prototype.forEach.call(files, function (f) { form.append("file", f, f.name); });
      var scheme = root.getAttribute("data-scheme");
      var url = base + "/v1/prechecks" + (scheme ? "?scheme=" + encodeURIComponent(scheme) : "");
      return call(url, { method: "POST", body: form });
    }

    function call(url, options) {
      options.headers = headers; options.credentials = "same-origin";
      return fetch(url, options).then(function (answer) {
        return answer.json().then(function (body) {
          if (!answer.ok) { throw new Error(body.detail || String(answer.status)); }
          return body;
        });
      });
    }

    /* fetch instead of EventSource: it can send headers; it goes on behind the last event it saw. */
    function follow(job) {
      tell(root, "accepted", { id: job.id });
      var last = "", ended = false, broken = 0;
      function listen() {
        var h = Object.assign({}, headers);
        if (last) { h["Last-Event-ID"] = last; }
        var url = base + "/v1/prechecks/" + encodeURIComponent(job.id) + "/events";
        return fetch(url, { headers: h, credentials: "same-origin" }).then(function (answer) {
          if (!answer.ok) { throw new Error(String(answer.status)); }
          return read(answer.body.getReader());
        }).catch(function (error) {
          broken += 1;
          if (broken > 5) { throw error; }
        }).then(function () {
          if (ended) { return; }
          return new Promise(function (go) { setTimeout(go, 1000); }).then(listen);
        });
      }
      function read(reader) {
        var decoder = new TextDecoder(), rest = "";
        function more() {
          return reader.read().then(function (part) {
            if (part.done) { return; }
            rest += decoder.decode(part.value, { stream: true });
            var blocks = rest.split("\n\n");
            rest = blocks.pop();
            blocks.forEach(one);
            return more();
          });
        }
        return more();
      }
      function one(block) {
        var kind = "", data = "";
        block.split("\n").forEach(function (line) {
          if (line.indexOf("event: ") === 0) { kind = line.slice(7); }
          else if (line.indexOf("id: ") === 0) { last = line.slice(4); broken = 0; }
          else if (line.indexOf("data: ") === 0) { data += line.slice(6); }
        });
        if (!kind) { return; }
        var told = JSON.parse(data || "{}");
        if (kind === "page") {
          status.textContent = words.page + " " + told.no + " " + words.of + " " + told.total + " " + words.pages;
          tell(root, "page", told.page || {});
        }
        if (told.result) { show(told.result); tell(root, "result", { result: told.result }); }
        if (kind === "failed" || kind === "cancelled") { ended = true; status.textContent = words.failed + (told.reason || ""); tell(root, "failed", { message: told.reason || "" }); }
        if (kind === "done") { ended = true; status.textContent = words.advice; offer(job); }
      }
      return listen();
    }

    function offer(job) {
      if (!root.hasAttribute("data-submit")) { return; }
      var send = make("button", "submit", words.submit);
      send.type = "button";
      send.addEventListener("click", function () {
        send.disabled = true;
        call(base + "/v1/prechecks/" + encodeURIComponent(job.id) + "/submit", { method: "POST" }).then(function (packet) {
          send.remove();
          status.textContent = words.submitted + packet.id;
          tell(root, "submitted", { id: packet.id });
        }).catch(function (error) { send.disabled = false; status.textContent = words.failed + error.message; });
      });
      out.appendChild(send);
    }

    function list(title, items, name) {
      if (!items.length) { return; }
      var part = make("section", name);
      part.appendChild(make("h3", "", title));
      var ul = make("ul");
      items.forEach(function (text) { ul.appendChild(make("li", "", text)); });
      part.appendChild(ul);
      out.appendChild(part);
    }

    function onPages(pages) {
      return pages.length ? words.open + words.pageNo + pages.join(words.comma) + words.pageEnd + words.close : "";
    }

    function show(result) {
      out.textContent = "";
      list(words.found, result.papers.map(function (p) { return p.title + onPages(p.pages); }), "found");
      list(words.awaited, result.awaited.map(function (m) { return m.text; }), "awaited");
      list(words.missing, result.missing.map(function (m) {
        return m.text + (m.note ? "：" + m.note : "") + onPages(m.pages);
      }), "missing");
      var poor = result.pages.filter(function (p) { return !p.readable; }).map(function (p) {
        return words.pageNo + p.no + words.pageEnd + " " + p.reasons.join("，");
      });
      list(words.bad, poor.concat(result.unreadable), "unreadable");
      list(words.differ, result.disagreements.map(function (d) { return d.message + onPages(d.pages); }), "differ");
      if (result.final && !out.querySelector(".extractor-missing, .extractor-unreadable, .extractor-differ")) { out.appendChild(make("p", "fine", words.fine)); }
      if (result.prefill.length) {
        var fill = make("button", "prefill", words.prefill + " (" + result.prefill.length + ")");
        fill.type = "button";
        fill.addEventListener("click", function () {
          var values = {};
          result.prefill.forEach(function (p) { values[p.field] = p; });
          tell(root, "prefill", { values: values });
          result.prefill.forEach(function (p) {
            var field = document.querySelector('[data-extractor-field="' + p.field + '"]');
            if (field && "value" in field && !field.value) {
              field.value = Array.isArray(p.value) ? p.value.join(",") : String(p.value);
              field.dispatchEvent(new Event("change", { bubbles: true }));
            }
          });
        });
        out.appendChild(fill);
      }
    }
  }

  function all() {
    Array.prototype.forEach.call(document.querySelectorAll("[data-extractor-precheck]"), function (root) {
      if (!root.firstChild) { start(root); }
    });
  }
  if (document.readyState === "loading") { document.addEventListener("DOMContentLoaded", all); } else { all(); }
})();
