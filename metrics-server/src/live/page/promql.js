// PromQL that says in Prometheus what a panel shows.

const RANGE = "[5m]";

/** Queries for a family, each with what it answers. */
export function queries(family) {
  const { name, labels } = family;
  const by = labels.length > 0 ? ` by (${labels.join(", ")})` : "";
  const le = ["le", ...labels].join(", ");
  const rate = (of) => `rate(${of}${RANGE})`;
  switch (family.type) {
    case "counter":
      return [
        ["Per second", labels.length > 0 ? `sum${by} (${rate(name)})` : rate(name)],
        ["Grown in an hour", `sum(increase(${name}[1h]))`],
      ];
    case "histogram":
      return [
        ["99th percentile", `histogram_quantile(0.99, sum by (${family.bounds.length > 0 ? "le" : ""}) (${rate(bucket(family))}))`.replace("sum by () ", "sum ")],
        ...(labels.length > 0 && family.bounds.length > 0
          ? [["The same by label", `histogram_quantile(0.99, sum by (${le}) (${rate(bucket(family))}))`]]
          : []),
        ["Mean", `sum(${rate(`${name}_sum`)}) / sum(${rate(`${name}_count`)})`],
        ["Per second", `sum${by} (${rate(`${name}_count`)})`],
      ];
    case "summary":
      return [
        ["Mean", `sum(${rate(`${name}_sum`)}) / sum(${rate(`${name}_count`)})`],
        ["Per second", `sum${by} (${rate(`${name}_count`)})`],
      ];
    case "stateset":
      return [["States that hold", `${name} == 1`]];
    case "info":
      return [["What it tells", name]];
    default:
      return [
        ["Now", labels.length > 0 ? `sum${by} (${name})` : name],
        ["Mean of five minutes", `avg_over_time(${name}${RANGE})`],
      ];
  }
}

// a histogram without bounds has native buckets, whose series is the name itself
function bucket(family) {
  return family.bounds.length > 0 ? `${family.name}_bucket` : family.name;
}
