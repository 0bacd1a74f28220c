/** A table that sorts by its columns and shows as many rows as are asked for. */
class Table {
  /**
   * @param columns each with a title, a value to sort by, and the cell that shows it
   * @param rows what the columns' functions are given
   */
  constructor(box, caption, columns, rows, page = 25) {
    Object.assign(this, { columns, all: rows, rows, page, limit: page, by: -1, isDown: true });
    this.body = element("tbody");
    this.more = element("button", { type: "button", class: "more", onclick: () => {
      const first = this.limit;
      this.limit += 8 * this.page;
      this.draw();
      this.body.rows[first]?.querySelector("button")?.focus();
    } });
    this.heads = columns.map((column, index) => element("th", { scope: "col", class: column.isNumber ? "n" : "" },
        element("button", { type: "button", onclick: () => this.sort(index) }, column.title)));
    const table = element("table", { "aria-label": caption }, element("thead", {}, element("tr", {}, ...this.heads)), this.body);
    box.replaceChildren(element("div", { class: "scroll" }, table), this.more);
    this.draw();
  }

  sort(index, isDown = this.by === index ? !this.isDown : this.columns[index].isNumber) {
    this.by = index;
    this.isDown = isDown;
    const key = this.columns[index].value;
    const compare = this.columns[index].isNumber ? (a, b) => key(a) - key(b)
        : (a, b) => key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0;
    this.all = this.all.slice().sort(isDown ? (a, b) => compare(b, a) : compare);
    this.show(this.filter);
  }

  /** Shows the rows that a filter passes. */
  show(filter) {
    this.filter = filter;
    this.rows = filter ? this.all.filter(filter) : this.all;
    this.limit = this.page;
    this.draw();
  }

  draw() {
    this.heads.forEach((head, index) => {
      if (index === this.by) {
        head.setAttribute("aria-sort", this.isDown ? "descending" : "ascending");
      } else {
        head.removeAttribute("aria-sort");
      }
    });
    this.body.replaceChildren(...this.rows.slice(0, this.limit).map(row => element("tr", {},
        ...this.columns.map(column => element("td", { class: column.isNumber ? "n" : "name" }, column.cell(row))))));
    const left = this.rows.length - this.limit;
    this.more.hidden = left <= 0;
    this.more.textContent = `Show more (${WHOLE.format(Math.max(0, left))} left)`;
  }
}

function numberColumn(title, value, spell = WHOLE.format) {
  return { title, isNumber: true, value, cell: row => value(row) === 0 ? "–" : spell(value(row)) };
}

function textColumn(title, value) {
  return { title, isNumber: false, value, cell: value };
}

function moduleColumn(indexOf) {
  return {
    title: "Module", isNumber: false, value: row => ownerName(indexOf(row)),
    cell: row => indexOf(row) < 0 ? ownerName(-1)
        : element("button", { type: "button", title: "show its bytes", onclick: () => treemap.openModule(indexOf(row)) }, ownerName(indexOf(row))),
  };
}

const tables = {
  start() {
    const { names, codeObjects, bytes: columns, readBytes, readPages, readObjects, selfMicros, totalMicros } = data.modules;
    const sums = names.map((_, module) => columns.reduce((sum, column) => sum + column[module], 0));
    const shown = [
      moduleColumn(module => module),
      numberColumn("Bytes", module => sums[module]),
      numberColumn("Code objects", module => codeObjects[module]),
    ];
    if (readBytes) {
      shown.push(numberColumn("Bytes read", module => readBytes[module]),
          numberColumn("Pages read", module => readPages[module]),
          numberColumn("Objects read", module => readObjects[module]));
    }
    if (selfMicros) {
      shown.push(numberColumn("Itself, ms", module => selfMicros[module], micros => (micros / 1000).toFixed(3)),
          numberColumn("With imports, ms", module => totalMicros[module], micros => (micros / 1000).toFixed(3)));
    }
    this.modules = new Table(byId("modules-table"), "Modules", shown, names.map((_, module) => module), 15);
    this.modules.sort(1, true);

    const where = moduleColumn(row => row.module);
    new Table(byId("strings-table"), "Largest strings and bytes", [
      textColumn("Begins with", row => row.text), textColumn("Type", row => row.kind), where,
      numberColumn("Length", row => row.size), numberColumn("Bytes", row => row.bytes),
    ], data.strings, 10);
    new Table(byId("codes-table"), "Largest code objects", [
      textColumn("Code object", row => row.name), where,
      numberColumn("Line", row => row.line, String), numberColumn("Bytes", row => row.bytes),
    ], data.codes, 10);
    new Table(byId("sharing-table"), "Shared objects that saved most", [
      textColumn("Begins with", row => row.text), textColumn("Type", row => row.kind),
      numberColumn("Bytes", row => row.bytes), numberColumn("Uses", row => row.uses),
      numberColumn("Saved", row => row.bytes * (row.uses - 1)),
    ], data.sharedObjects, 25);
  },
};

const sharing = {
  box: byId("sharing-chart"),

  start() {
    const sum = column => column.reduce((a, b) => a + b, 0);
    const saved = sum(data.saved);
    const apart = data.modules.bytes.reduce((all, column) => all + sum(column), 0) + sum(data.shared) + saved;
    byId("sharing-text").textContent = `Objects that several modules use stand once: ${bytes(sum(data.shared))}. Apart they would take `
        + `${bytes(saved)} more: ${percent(saved, apart)} of what all objects would take.`;
    this.box.setAttribute("aria-label", "Bytes of shared objects and bytes saved, by kind: "
        + data.kinds.map((kind, index) => `${kind} ${bytes(data.shared[index])}, saved ${bytes(data.saved[index])}`).join("; "));
    drawWhenNear(this.box, this);
  },

  draw() {
    const kinds = data.kinds.map((kind, index) => ({ kind, stored: data.shared[index], saved: data.saved[index] }))
        .filter(each => each.stored + each.saved > 0).sort((a, b) => b.stored + b.saved - a.stored - a.saved);
    this.box.style.height = 80 + 28 * kinds.length + "px";
    this.chart ??= makeChart(this.box, item => [item.name, item.seriesName, bytes(item.value)]);
    this.chart.resize();
    const text = { color: colour("text") };
    const bar = (name, values, fill) => ({ name, type: "bar", stack: "all", data: values, itemStyle: { color: fill }, barMaxWidth: 18 });
    this.chart.setOption({
      animation: false,
      backgroundColor: colour("card"),
      legend: { top: 6, left: 10, textStyle: text, selectedMode: false },
      grid: { left: 14, right: 40, top: 36, bottom: 8, containLabel: true },
      xAxis: {
        type: "value", axisLabel: { color: colour("soft"), formatter: value => value === 0 ? "0" : bytes(value), hideOverlap: true },
        splitLine: { lineStyle: { color: colour("line") } },
      },
      yAxis: { type: "category", inverse: true, data: kinds.map(each => each.kind), axisLabel: text, axisTick: { show: false } },
      series: [
        bar("stored once", kinds.map(each => each.stored), PALETTE[0]),
        bar("saved", kinds.map(each => each.saved), "#4f9d5d"),
      ],
    }, true);
  },
};
