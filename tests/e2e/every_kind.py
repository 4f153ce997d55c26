"""What the program `every_kind` (`tests/http/served`) is told to put into its families, and what it must then show."""

import collections
import math
import random

BOUNDS = [0.1, 1.0, 10.0]

# label values that mean something in one format or another, and some that are merely long or foreign
TEXTS = [
    "plain",
    "",
    'a "quoted" word',
    "back\\slash",
    "new\nline",
    "\\n is no new line",
    "ends in a backslash\\",
    '} # {a="b"} 1 # EOF',
    ",=,",
    " spaces ",
    "tab\tand\rreturn",
    "übergröße 日本語 \U0001f600 \u2028",
    "x" * 1000,
]

FLOATS = [0.0, -0.0, 1.5, -2.25, 5e-324, 1.7976931348623157e308, 2.0**53 + 2, math.inf, -math.inf, math.nan, 0.1]

NUMBERS = [0, 1, 2**53 - 1, 2**53]

# name: type in OpenMetrics, unit, help
FAMILIES = {
    "known_hits_total": ("counter", "", 'Hits by text, "quoted" and with a \\ in its help.'),
    "known_energy_joules_total": ("counter", "joules", "Energy spent."),
    "known_depth": ("gauge", "", "Things that wait."),
    "known_answer": ("gauge", "", "A number that is read when it is asked for."),
    "known_level": ("gauge", "", "Levels by text."),
    "known_build_info": ("info", "", "What was built."),
    "known_moon": ("stateset", "", "The phase of the moon."),
    "known_classic_seconds": ("histogram", "seconds", "Times in classic buckets."),
    "known_native_seconds": ("histogram", "seconds", "Times in native buckets."),
    "known_coarse_bytes": ("histogram", "bytes", "Sizes in few native buckets."),
    "known_both_seconds": ("histogram", "seconds", "Times in both kinds of buckets."),
}

# family: name of its series, bounds of its classic buckets, whether it has native ones
HISTOGRAMS = {
    "classic": ("known_classic_seconds", BOUNDS, False),
    "native": ("known_native_seconds", [], True),
    "coarse": ("known_coarse_bytes", [], True),
    "both": ("known_both_seconds", BOUNDS, True),
}

PHASES = ["new", "waxing", "full", "waning"]


class Contents:
    """Updates, drawn with a seed, so that a failure can be repeated, and what they amount to."""

    def __init__(self, seed=0):
        rng = random.Random(seed)
        self.hits = {text: rng.choice(NUMBERS) for text in TEXTS}
        self.levels = {text: rng.choice(FLOATS) for text in TEXTS} | {f"level {n}": n for n in FLOATS}
        self.energy = rng.uniform(0, 1e6)
        self.depth = -rng.randrange(2**53)
        self.phase = rng.choice(PHASES)
        # sums of eighths are exact, whatever their order; beside them powers of two, which are bounds of buckets
        self.observed = {
            family: {text: self._observed(rng, family) for text in TEXTS[:4]} for family in HISTOGRAMS
        }

        # updates that are exemplars: of a counter the newest is shown, of a histogram the newest of each bucket
        self.traced = [("hits", text, 3, trace) for text in TEXTS[:3] for trace in ("older", f"newest of {text!r}")]
        for family in HISTOGRAMS:
            for value in (0.0625, 0.5, 5.0, 50.0):
                self.traced += [(family, TEXTS[2], value, trace) for trace in ("older", f"{family} {value}")]

    def _observed(self, rng, family):
        wide = 40 if family == "coarse" else 8
        values = [math.floor(2.0 ** rng.uniform(0, wide)) / 8 for _ in range(200)]
        return values + [0.0, 0.125, 1.0, 2.0, 4.0, BOUNDS[2]]

    def puts(self):
        """The lines for the program's input."""
        for text, value in self.hits.items():
            yield {"family": "hits", "text": text, "value": repr(value)}
        for text, value in self.levels.items():
            yield {"family": "level", "text": text, "value": repr(value)}
        yield {"family": "energy", "value": repr(self.energy)}
        yield {"family": "depth", "value": repr(self.depth)}
        yield {"family": "moon", "value": self.phase}
        yield {"family": "build", "text": "".join(TEXTS)}
        for family, children in self.observed.items():
            for text, values in children.items():
                for value in values:
                    yield {"family": family, "text": text, "value": repr(value)}
        for family, text, value, trace in self.traced:
            yield {"family": family, "text": text, "value": repr(value), "trace": trace}

    def samples(self):
        """Every number that is a series of its own; no classic view of a histogram."""
        samples = {}
        for text, value in self.hits.items():
            traced = sum(more for family, of, more, _ in self.traced if (family, of) == ("hits", text))
            samples[key("known_hits_total", text=text)] = value + traced
        for text, value in self.levels.items():
            samples[key("known_level", text=text)] = value
        samples[key("known_build_info", text="".join(TEXTS))] = 1
        samples[key("known_energy_joules_total")] = self.energy
        samples[key("known_depth")] = self.depth
        samples[key("known_answer")] = 7
        for phase in PHASES:
            samples[key("known_moon", known_moon=phase)] = phase == self.phase
        return {name: float(value) for name, value in samples.items()}

    def observations(self, family):
        """All that was observed, by label value."""
        return {
            text: values + [value for of, where, value, _ in self.traced if (of, where) == (family, text)]
            for text, values in self.observed[family].items()
        }

    def exemplars(self, *families):
        """What is shown as an exemplar of these families: the trace and the value of each."""
        newest = {(family, text, value): trace for family, text, value, trace in self.traced}
        return {(trace, value) for (family, _, value), trace in newest.items() if family in families}

    def classic(self, family):
        """The series of a histogram in a format without native buckets."""
        name, bounds, _ = HISTOGRAMS[family]
        samples = {}
        for text, values in self.observations(family).items():
            for bound in [*bounds, math.inf]:
                le = "+Inf" if bound == math.inf else f"{bound:g}"
                samples[key(f"{name}_bucket", text=text, le=le)] = sum(value <= bound for value in values)
            samples[key(f"{name}_sum", text=text)] = math.fsum(values)
            samples[key(f"{name}_count", text=text)] = len(values)
        return {name: float(value) for name, value in samples.items()}


def key(name, **labels):
    """As in `Exposition.samples`: a label without a value is none."""
    return (name, frozenset((label, value) for label, value in labels.items() if value))


def bits(samples):
    """Samples that can be compared: NaN is NaN, and 0 is not -0."""
    return {name: repr(value) for name, value in samples.items()}


def counted(samples):
    """How many samples there are of each name, to tell a difference in a few words."""
    return collections.Counter(name for name, _ in samples)
