// What makes the pages live and more comfortable; each of them works without it.
(function () {
  "use strict";

  function showCopyButtons(root) {
    root.querySelectorAll("button[data-copy]").forEach(function (button) { button.hidden = false; });
  }

  function copy(text, source) {
    if (navigator.clipboard && window.isSecureContext) {
      return navigator.clipboard.writeText(text);
    }
    var range = document.createRange();
    range.selectNodeContents(source);
    var selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    return document.execCommand("copy") ? Promise.resolve() : Promise.reject(new Error("copy"));
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("button[data-copy]");
    if (!button) { return; }
    var source = document.getElementById(button.dataset.copy);
    copy(source.textContent, source).then(function () {
      button.textContent = "Copied";
      setTimeout(function () { button.textContent = "Copy"; }, 1500);
    }, function () { button.textContent = "Select it"; });
  });

  var bar = document.querySelector("[data-base]");
  showCopyButtons(document);
  if (!bar) { return; }
  var base = bar.dataset.base;

  // Forms of one button are sent without leaving the page; the stream brings
  // what they changed.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.matches("form[data-quick]")) { return; }
    event.preventDefault();
    form.classList.add("busy");
    fetch(form.action, {
      method: "POST", credentials: "same-origin", headers: { "X-Room-Live": "1" },
      body: new URLSearchParams(new FormData(form))
    }).then(function (answer) {
      return answer.text().then(function (text) {
        var type = answer.headers.get("Content-Type") || "";
        if ((answer.ok || answer.status === 422) && type.indexOf("text/html") === 0) {
          document.getElementById("notice").innerHTML = text;
        } else {
          say("The server refused: reload the page and try again.");
        }
        var menu = form.closest("details.more");
        if (menu && answer.ok) { menu.open = false; }
        refresh(names);
      });
    }).catch(function () { say("The server cannot be reached."); }).finally(function () { form.classList.remove("busy"); });
  });

  function say(text) {
    var box = document.createElement("div"), line = document.createElement("p");
    box.className = "notice bad";
    line.textContent = text;
    box.appendChild(line);
    document.getElementById("notice").replaceChildren(box);
  }

  document.addEventListener("keydown", function (event) {
    var menu = document.querySelector("details.more[open]");
    if (event.key === "Escape" && menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // Parts that changed are asked for together, one request at a time.
  var names = [].map.call(document.querySelectorAll("[data-live]"), function (e) { return e.dataset.live; });
  var wanted = {}, asking = false;

  function refresh(parts) {
    parts.forEach(function (name) { wanted[name] = true; });
    if (asking) { return; }
    var asked = Object.keys(wanted).filter(function (name) { return names.indexOf(name) >= 0; });
    wanted = {};
    if (!asked.length) { return; }
    asking = true;
    var query = new URLSearchParams(location.search);
    query.set("names", asked.join(","));
    fetch(base + "/parts?" + query, { credentials: "same-origin" }).then(function (answer) {
      if (!answer.ok) { throw new Error(String(answer.status)); }
      return answer.text();
    }).then(function (text) {
      var page = new DOMParser().parseFromString(text, "text/html");
      page.querySelectorAll("[data-part]").forEach(swap);
    }).catch(function () { /* the stream tells when the server is gone */ }).finally(function () {
      asking = false;
      if (Object.keys(wanted).length) { refresh([]); }
    });
  }

  // What a person opened, typed or chose stays as it is, and what did not change
  // is not replaced: a button would go from under the pointer.
  var shown = {};
  function swap(part) {
    var place = document.getElementById("live-" + part.dataset.part), text = part.innerHTML;
    if (shown[part.dataset.part] === text) { return; }
    if (place.contains(document.activeElement) && document.activeElement.matches("select, input")) { return; }
    var selected = window.getSelection();
    if (selected && !selected.isCollapsed && place.contains(selected.anchorNode)) { return; }
    shown[part.dataset.part] = text;
    var open = {}, focused = place.contains(document.activeElement) && document.activeElement.id;
    place.querySelectorAll("details[id]").forEach(function (d) { open[d.id] = d.open; });
    part.querySelectorAll("details[id]").forEach(function (d) { if (d.id in open) { d.open = open[d.id]; } });
    var left = [].map.call(place.querySelectorAll(".scroll"), function (e) { return e.scrollLeft; });
    showCopyButtons(part);
    place.replaceChildren.apply(place, [].slice.call(part.childNodes));
    place.querySelectorAll(".scroll").forEach(function (e, i) { if (left[i]) { e.scrollLeft = left[i]; } });
    if (focused && document.getElementById(focused)) { document.getElementById(focused).focus(); }
    if (part.dataset.part === "clock") { wind(); }
  }

  // A clock that runs is wound on here between two answers.
  var wound = null;
  var months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

  function wind() {
    var now = document.querySelector(".now");
    if (!now) { return; }
    wound = { element: now, at: Date.parse(now.dateTime), rate: Number(now.dataset.rate), from: performance.now() };
  }

  var paris = new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/Paris", year: "numeric", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

  function tick() {
    if (!wound || !wound.rate) { return; }
    var part = {};
    paris.formatToParts(new Date(wound.at + (performance.now() - wound.from) * wound.rate)).forEach(function (p) { part[p.type] = p.value; });
    wound.element.textContent = Number(part.day) + " " + months[part.month - 1] + " " + part.year + " " + part.hour + ":" + part.minute + ":" + part.second;
  }
  wind();
  setInterval(tick, 250);
  setInterval(function () { if (wound && wound.rate) { refresh(["clock", "timeline", "accounts"]); } }, 30000);

  var state = document.getElementById("live-state");
  function tell(text, lost) {
    state.hidden = false;
    state.textContent = text;
    state.classList.toggle("lost", lost);
  }
  var stream = new EventSource(base + "/live"), before = false;
  stream.addEventListener("hello", function () {
    tell("live", false);
    if (before) { refresh(names); }
    before = true;
  });
  stream.addEventListener("changed", function (event) { refresh(event.data.split(",")); });
  stream.addEventListener("gone", function () {
    stream.close();
    tell(bar.dataset.gone || "this sandbox is gone", true);
  });
  stream.onerror = function () { tell("not live: trying again", true); };
})();
