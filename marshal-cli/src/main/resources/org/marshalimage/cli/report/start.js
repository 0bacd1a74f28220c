const search = {
  input: byId("search"),
  text: "",

  start() {
    this.names = data.modules.names.map(name => name.toLowerCase());
    let waiting = 0;
    this.input.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => this.apply(), 120);
    });
    this.input.addEventListener("keydown", event => {
      if (event.key === "Escape") {
        this.input.value = "";
        this.apply();
      }
    });
    document.addEventListener("keydown", event => {
      if (event.key === "/" && !event.ctrlKey && !event.metaKey && document.activeElement !== this.input) {
        event.preventDefault();
        this.input.focus();
      }
    });
  },

  apply() {
    const text = this.input.value.trim().toLowerCase();
    if (text === this.text) {
      return;
    }
    this.text = text;
    matches = text === "" ? null : this.names.map(name => name.includes(text));
    byId("found").textContent = matches ? count(matches.filter(Boolean).length, "module") : "";
    treemap.markFound();
    tables.modules.show(matches && (module => matches[module]));
    redrawAll();
  },
};

function showFacts() {
  const { image, trace, modules } = data;
  const facts = [
    ["File", bytes(image.bytes)],
    ["Modules", WHOLE.format(modules.names.length)],
    ["Python", image.pythons.join(", ") || "unknown"],
    ["Objects", WHOLE.format(image.objects)],
    ["Code objects", WHOLE.format(image.codeObjects)],
    ["Strings", WHOLE.format(image.strings)],
    ["Bytes of a slot", String(image.pointerWidth)],
    ["Id", image.id.slice(0, 16)],
  ];
  byId("facts").replaceChildren(...facts.map(([name, text]) => element("div", {}, element("dt", {}, name), element("dd", {}, text))));
  const notes = [];
  if (trace && trace.passedOver > 0) {
    notes.push(`The image does not have ${WHOLE.format(trace.passedOver)} of the trace's ${count(trace.objects, "object")}.`);
  }
  if (trace && trace.dropped > 0) {
    notes.push(`The trace lacks ${count(trace.dropped, "line")} of executions, which were too many to be recorded.`);
  }
  byId("notes").replaceChildren(...notes.map(text => element("p", { class: "note" }, text)));
}

showFacts();
tables.start();
search.start();
treemap.start();
pages.start();
imports.start();
sharing.start();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redrawAll);
let resizing = 0;
addEventListener("resize", () => {
  clearTimeout(resizing);
  resizing = setTimeout(redrawAll, 100);
});
// For whoever waits: milliseconds from the start of loading until the page could be used.
document.documentElement.dataset.ready = Math.round(performance.now());
