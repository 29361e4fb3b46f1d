// Pages work without this. It adds: times that stay right, regions that stay fresh, keys, copying.
const units = (document.documentElement.dataset.units || "").split("|");
const typing = (el) => el && (/^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName) || el.isContentEditable);

// Relative times. A tap shows the exact one.
function relative(at, now) {
  const s = Math.floor(Math.abs(now - at) / 1000);
  if (s < 5) return units[0];
  const [i, n] = s < 60 ? [1, s] : s < 3600 ? [2, Math.floor(s / 60)] : s < 172800 ? [3, Math.floor(s / 3600)] : [4, Math.floor(s / 86400)];
  return units[at > now ? i + 4 : i].replace("%", n);
}
function times() {
  if (units.length < 9) return;
  const now = Date.now();
  for (const el of document.querySelectorAll("time[datetime]")) {
    const text = el.dataset.exact ? el.title : relative(Date.parse(el.dateTime), now);
    if (el.textContent !== text) el.textContent = text;
  }
}
document.addEventListener("click", (event) => {
  const el = event.target.closest("time[datetime]");
  if (!el) return;
  if (el.dataset.exact) delete el.dataset.exact; else el.dataset.exact = "1";
  times();
});

// Live regions: the same page again, and what is different in it. What somebody works in stays as it is. Nobody there, no
// asking: else a forgotten tab would keep its session alive.
const plain = (html) => html.replace(/(<time[^>]*>)[^<]*/g, "$1");
const seen = new Map([...document.querySelectorAll("[data-live][id]")].map((region) => [region.id, plain(region.innerHTML)]));
let active = Date.now();
for (const kind of ["pointermove", "pointerdown", "keydown", "wheel", "touchstart"]) {
  document.addEventListener(kind, () => { active = Date.now(); }, { passive: true });
}
const busy = (region) =>
  region.contains(document.activeElement) && document.activeElement !== document.body ||
  region.querySelector("details[open]") ||
  [...region.querySelectorAll("input:not([type=hidden]), textarea")].some((el) => el.value !== el.defaultValue || el.checked !== el.defaultChecked);
const dot = document.querySelector("[data-live-dot]");
async function refresh() {
  const regions = [...document.querySelectorAll("[data-live][id]")].filter((region) => !busy(region));
  if (document.hidden || !regions.length) return;
  if (Date.now() - active > 600000) return dot?.classList.add("off");
  try {
    const url = new URL(location.href);
    url.searchParams.delete("done");
    const answer = await fetch(url, { headers: { accept: "text/html" }, credentials: "same-origin" });
    if (answer.redirected || !answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const region of regions) {
      const fresh = page.getElementById(region.id);
      const html = fresh ? plain(fresh.innerHTML) : "";
      if (fresh && !busy(region) && html !== seen.get(region.id)) {
        region.replaceChildren(...document.adoptNode(fresh).childNodes);
        seen.set(region.id, html);
      }
    }
    dot?.classList.remove("off");
    times();
  } catch {
    dot?.classList.add("off");
  }
}
if (document.querySelector("main [data-live]")) {
  if (dot) dot.hidden = false;
  setInterval(refresh, 15000);
  document.addEventListener("visibilitychange", () => document.hidden || refresh());
}
setInterval(times, 1000 * 10);
times();

// Keys: / looks for something, j and k go through rows, x chooses one, Enter follows, Escape leaves a field.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && typing(event.target)) return event.target.blur();
  if (typing(event.target)) return;
  if (event.key === "/") {
    event.preventDefault();
    document.getElementById("search")?.focus();
  } else if (event.key === "j" || event.key === "k") {
    const links = [...document.querySelectorAll("[data-rows] tbody tr")].map((row) => row.querySelector("a[href]")).filter(Boolean);
    const row = document.activeElement?.closest("[data-rows] tbody tr");
    const at = row ? links.indexOf(row.querySelector("a[href]")) : -1;
    const next = links[event.key === "j" ? at + 1 : Math.max(0, at - 1)];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  } else if (event.key === "x") {
    document.activeElement?.closest("[data-rows] tbody tr")?.querySelector("input[type=checkbox]")?.click();
  }
});

// Where the places stand in one row, the one that is looked at is seen.
const here = document.querySelector(".side a[aria-current]");
const row = here?.closest("ul");
if (row && row.scrollWidth > row.clientWidth) row.scrollLeft = here.offsetLeft - (row.clientWidth - here.offsetWidth) / 2;

// Secrets that are shown once can be copied.
for (const el of document.querySelectorAll("[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "plain small copy";
  button.textContent = el.dataset.copy;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(el.textContent);
    button.textContent = el.dataset.copied;
  });
  if (navigator.clipboard) el.after(button);
}
