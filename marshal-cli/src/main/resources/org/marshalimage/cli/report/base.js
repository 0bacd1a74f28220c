const data = JSON.parse(document.getElementById("data").textContent);

// Dark enough for white labels, in both colour schemes.
const PALETTE = ["#2f66b0", "#9c5212", "#34763f", "#9a3b4f", "#6b50a8", "#1f7376", "#836118", "#99408a",
  "#5c6d1c", "#3a5a96", "#7d4a3a", "#2c6e8f"];
const OTHER_COLOUR = "#6a717d";
const MOST_LEVELS = 40;

const KINDS = data.kinds.concat(["tables, padding"]);
const TABLES_KIND = KINDS.length - 1;

/** Makes an element; texts are never taken for markup. */
function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "class") {
      made.className = value;
    } else if (name.startsWith("on")) {
      made.addEventListener(name.slice(2), value);
    } else {
      made.setAttribute(name, value);
    }
  }
  made.append(...children);
  return made;
}

function byId(id) {
  return document.getElementById(id);
}

const WHOLE = new Intl.NumberFormat("en");

function count(number, one, many = one + "s") {
  return WHOLE.format(number) + " " + (number === 1 ? one : many);
}

function bytes(number) {
  return number < 10_000 ? count(number, "byte")
      : number < 1_000_000 ? (number / 1000).toFixed(number < 100_000 ? 1 : 0) + " kB"
      : (number / 1e6).toFixed(number < 10_000_000 ? 2 : 1) + " MB";
}

function millis(micros) {
  return micros < 100_000 ? (micros / 1000).toFixed(micros < 10_000 ? 2 : 1) + " ms"
      : WHOLE.format(Math.round(micros / 1000)) + " ms";
}

function percent(part, whole) {
  const share = whole > 0 ? 100 * part / whole : 0;
  return (share > 0 && share < 0.1 ? "< 0.1" : share.toFixed(1)) + " %";
}

function hex(number) {
  return "0x" + number.toString(16);
}

/** Returns the colour of the scheme in use that the style has by this name. */
function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
}

/** A colour for what the search has not found. */
function faint(hexColour) {
  return hexColour + "40";
}

/** A colour for all modules of one package, the same on each chart. */
function packageColour(name) {
  const dot = name.indexOf(".");
  const top = dot < 0 ? name : name.slice(0, dot);
  let hash = 0;
  for (let i = 0; i < top.length; i++) {
    hash = (hash * 31 + top.charCodeAt(i)) | 0;
  }
  return PALETTE[((hash ^ hash >>> 13) >>> 0) % PALETTE.length];
}

/** Which modules the search has found: null without one, else a flag for each. */
let matches = null;

function ownerName(owner) {
  return owner < 0 ? "(shared)" : data.modules.names[owner];
}

const tip = {
  box: byId("tip"),
  show(event, lines) {
    this.box.replaceChildren(element("b", {}, lines[0]), lines.slice(1).join(" · "));
    this.box.hidden = false;
    const width = this.box.offsetWidth;
    const height = this.box.offsetHeight;
    const x = event.clientX + 14 + width > innerWidth ? event.clientX - 14 - width : event.clientX + 14;
    const y = event.clientY + 18 + height > innerHeight ? event.clientY - 10 - height : event.clientY + 18;
    this.box.style.left = Math.max(0, x) + "px";
    this.box.style.top = Math.max(0, y) + "px";
  },
  hide() {
    this.box.hidden = true;
  },
};

/** Charts that have been drawn; what is not yet near is drawn when it comes near. */
const drawn = [];

function redrawAll() {
  drawn.forEach(chart => chart.draw());
}

function drawWhenNear(box, chart) {
  const start = () => {
    near.disconnect();
    box.removeEventListener("focusin", start);
    if (!drawn.includes(chart)) {
      drawn.push(chart);
      chart.draw();
    }
  };
  const near = new IntersectionObserver(
      entries => entries.some(entry => entry.isIntersecting) && start(), { rootMargin: "300px" });
  near.observe(box);
  box.addEventListener("focusin", start);
}

/** Makes an ECharts chart in a box, with our tooltip: theirs takes texts for markup. */
function makeChart(box, lines, onClick) {
  const chart = echarts.init(box, null, { renderer: "canvas" });
  chart.on("mousemove", item => {
    const shown = lines(item);
    if (shown && item.event) {
      tip.show(item.event.event, shown);
    } else {
      tip.hide();
    }
  });
  chart.on("mouseout", () => tip.hide());
  chart.on("globalout", () => tip.hide());
  if (onClick) {
    chart.on("click", item => {
      tip.hide();
      onClick(item);
    });
  }
  return chart;
}
