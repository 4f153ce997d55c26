// Sections: which families stand together, and in which order. A set is one; what has none comes later, by its first word.

/** Prefixes of what is told of every process: these stand at the end, closed. */
const LAST = ["http_server", "function", "process", "tokio", "metrics"];
const CLOSED = ["process", "tokio", "metrics"];

/** The sections of these families, in order: `key`, `title`, `note`, `prefix`, `isClosed`, `families`. */
export function sectionsOf(families) {
  const sections = new Map();
  for (const family of families) {
    const { key, ...about } = placeOf(family);
    if (!sections.has(key)) sections.set(key, { key, ...about, families: [] });
    sections.get(key).families.push(family);
  }
  const sorted = [...sections.values()].sort((a, b) => a.rank - b.rank || a.title.localeCompare(b.title));
  for (const section of sorted) {
    section.families.sort((a, b) => a.name.localeCompare(b.name) || a.key.localeCompare(b.key));
    section.prefix = commonPrefix(section.families.map((family) => family.name));
  }
  return sorted;
}

function placeOf(family) {
  const last = LAST.find((prefix) => family.name.startsWith(`${prefix}_`));
  if (last) {
    const title = { http_server: "HTTP server", function: "Functions", process: "Process", tokio: "Tokio", metrics: "Metrics" };
    return { key: last, title: title[last], note: "", rank: 2 + LAST.indexOf(last), isClosed: CLOSED.includes(last) };
  }
  if (family.set) {
    const note = family.package ?? "";
    return { key: `${note}::${family.set}`, title: family.set, note, rank: 0, isClosed: false };
  }
  const word = family.name.split("_").find(Boolean) ?? family.name;
  return { key: word, title: word[0].toUpperCase() + word.slice(1), note: "", rank: 1, isClosed: false };
}

/** What all names begin with, up to and with an underscore: it need not be read in every one. */
export function commonPrefix(names) {
  const [first = "", ...others] = names;
  if (others.length === 0) return first.slice(0, first.indexOf("_") + 1);
  let prefix = first.slice(0, first.lastIndexOf("_") + 1);
  while (prefix && !others.every((name) => name.startsWith(prefix) && name.length > prefix.length)) {
    prefix = prefix.slice(0, prefix.lastIndexOf("_", prefix.length - 2) + 1);
  }
  return prefix;
}
