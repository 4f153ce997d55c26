"""What a crate shows to its users, a line an item: read from rustdoc's JSON, which has no interface that is stable, but one
that is the same for one version of Rust."""


class Interface:
    """The lines of a crate: everything that can be named, with its whole signature."""

    def __init__(self, documented):
        self.items = documented["index"]
        self.found = set()
        root = self.items[str(documented["root"])]
        self.start = root["name"] + "::"
        self.module(root["name"], root["inner"]["module"]["items"])

    def lines(self):
        """What is said of one item stands together."""
        return sorted(self.found, key=lambda line: (line[line.index(self.start):], line))

    def say(self, *words):
        self.found.add(" ".join(word for word in words if word))

    def module(self, path, items):
        for item in items:
            if str(item) in self.items:
                self.item(path, self.items[str(item)])

    def item(self, path, item, name=None):
        (kind, inner), = item["inner"].items()
        here = f"{path}::{name or item['name']}"
        if kind == "use":
            self.use(path, inner)
        elif kind == "module":
            self.say("mod", here)
            self.module(here, inner["items"])
        elif kind == "function":
            self.say(self.function(here, inner))
        elif kind in ("struct", "union"):
            self.structure(here, kind, inner)
        elif kind == "enum":
            self.say("enum", here + parameters(inner["generics"]), bounds_of(inner["generics"]), exhaustive(item))
            for variant in inner["variants"]:
                self.variant(here, self.items[str(variant)])
            self.impls(here, inner["impls"])
        elif kind == "trait":
            supers = bounds(inner["bounds"])
            self.say("unsafe" if inner["is_unsafe"] else "", "trait", here + parameters(inner["generics"]) + (f": {supers}" if supers else ""),
                     bounds_of(inner["generics"]))
            self.associated(here, inner["items"], provided=True)
        elif kind == "type_alias":
            self.say("type", here + parameters(inner["generics"]), "=", type_of(inner["type"]))
        elif kind == "constant":
            self.say("const", f"{here}: {type_of(inner['type'])}")
        elif kind == "static":
            self.say("static", f"{here}: {type_of(inner['type'])}")
        elif kind == "macro":
            self.say("macro", f"{here}!")
        elif kind == "proc_macro":
            helpers = f" with {', '.join(inner['helpers'])}" if inner["helpers"] else ""
            self.say("macro", f"{here} ({inner['kind']}){helpers}")
        else:
            raise AssertionError(f"rustdoc knows a kind of item that is not known here: {kind}")

    def use(self, path, inner):
        used = self.items.get(str(inner["id"])) if inner["id"] is not None else None
        if used is None:
            self.say("use", inner["source"], "as", f"{path}::{inner['name']}")
        elif inner["is_glob"]:
            (kind, of), = used["inner"].items()
            self.module(path, of["items"] if kind == "module" else of["variants"])
        else:
            self.item(path, used, inner["name"])

    def structure(self, here, kind, inner):
        shape = inner.get("kind", {"plain": {"fields": inner.get("fields", []), "has_stripped_fields": inner.get("has_stripped_fields")}})
        self.say(kind, here + parameters(inner["generics"]), bounds_of(inner["generics"]))
        if "plain" in shape:
            for field in shape["plain"]["fields"]:
                self.field(here, self.items[str(field)])
        elif "tuple" in shape:
            for field in shape["tuple"]:
                # None is one that is private
                if field is not None:
                    self.field(here, self.items[str(field)])
        self.impls(here, inner["impls"])

    def field(self, here, field):
        self.say("field", f"{here}.{field['name']}: {type_of(field['inner']['struct_field'])}")

    def variant(self, here, item):
        shape = item["inner"]["variant"]["kind"]
        here = f"{here}::{item['name']}"
        self.say("variant", here, exhaustive(item))
        fields = [] if shape == "plain" else shape.get("tuple") or shape.get("struct", {}).get("fields", [])
        for field in fields:
            if field is not None:
                self.field(here, self.items[str(field)])

    def impls(self, here, impls):
        for number in impls:
            item = self.items.get(str(number))
            if item is None:
                continue
            inner = item["inner"]["impl"]
            of = inner["trait"]
            if of is None:
                self.associated(here, inner["items"])
            # what another type is because of this one is told of that one
            elif is_told(inner) and last(here) in type_of(inner["for"]):
                target = type_of(inner["for"]).replace(last(here), here, 1)
                self.say("impl" + parameters(inner["generics"]), "!" * inner["is_negative"] + path_of(of), "for", target,
                         bounds_of(inner["generics"]))

    def associated(self, here, items, provided=False):
        for number in items:
            item = self.items.get(str(number))
            if item is None:
                continue
            (kind, inner), = item["inner"].items()
            name = f"{here}::{item['name']}"
            if kind == "function":
                self.say(self.function(name, inner), "{ … }" if provided and inner["has_body"] else "")
            elif kind == "assoc_const":
                self.say("const", f"{name}: {type_of(inner['type'])}", "= …" if provided and inner["value"] else "")
            elif kind == "assoc_type":
                limits = bounds(inner["bounds"])
                self.say("type", name + parameters(inner["generics"]) + (f": {limits}" if limits else ""),
                         f"= {type_of(inner['type'])}" if inner["type"] else "")

    def function(self, here, inner):
        header, signature = inner["header"], inner["sig"]
        words = [word for word in ("const", "async", "unsafe") if header[f"is_{word}"]]
        taken = ", ".join(f"{name}: {type_of(of)}" for name, of in signature["inputs"])
        given = f" -> {type_of(signature['output'])}" if signature["output"] else ""
        return " ".join([*words, "fn", f"{here}{parameters(inner['generics'])}({taken}){given}", bounds_of(inner["generics"])]).rstrip()


def exhaustive(item):
    return "non_exhaustive" if any("non_exhaustive" in str(attribute) for attribute in item["attrs"]) else ""


def last(path):
    return path.rsplit("::", 1)[-1]


def path_of(path):
    """The name alone: where it is found is in the line of the item itself, if it is ours."""
    return last(path["path"]) + arguments(path["args"])


def is_told(implementation):
    """Not what every type is, nor what compilers only look at."""
    name = last(implementation["trait"]["path"])
    if implementation["is_synthetic"]:
        return name in ("Send", "Sync")
    return implementation["blanket_impl"] is None and name != "StructuralPartialEq"


def arguments(args):
    if not args:
        return ""
    if "parenthesized" in args:
        inner = args["parenthesized"]
        given = f" -> {type_of(inner['output'])}" if inner["output"] else ""
        return f"({', '.join(map(type_of, inner['inputs']))}){given}"
    if "angle_bracketed" not in args:
        return "(..)"
    inner = args["angle_bracketed"]
    words = [argument(of) for of in inner["args"]]
    for constraint in inner["constraints"]:
        binding = constraint["binding"]
        equals = f" = {term(binding['equality'])}" if "equality" in binding else f": {bounds(binding['constraint'])}"
        words.append(constraint["name"] + arguments(constraint["args"]) + equals)
    return f"<{', '.join(words)}>" if words else ""


def argument(of):
    if of == "infer":
        return "_"
    (kind, inner), = of.items()
    return {"lifetime": str, "type": type_of, "const": lambda of: of["expr"]}[kind](inner)


def term(of):
    return type_of(of["type"]) if "type" in of else of["constant"]["expr"]


def parameters(generics):
    words = []
    for parameter in generics["params"]:
        (kind, inner), = parameter["kind"].items()
        if kind == "lifetime":
            words.append(" + ".join([parameter["name"] + (":" if inner["outlives"] else ""), *inner["outlives"]]))
        elif kind == "const":
            words.append(f"const {parameter['name']}: {type_of(inner['type'])}")
        # `impl Trait` is a parameter of its own, which stands where it is taken
        elif not inner["is_synthetic"]:
            limits = bounds(inner["bounds"])
            default = f" = {type_of(inner['default'])}" if inner["default"] else ""
            words.append(parameter["name"] + (f": {limits}" if limits else "") + default)
    return f"<{', '.join(words)}>" if words else ""


def bounds_of(generics):
    words = []
    for predicate in generics["where_predicates"]:
        (kind, inner), = predicate.items()
        if kind == "bound_predicate":
            words.append(f"{type_of(inner['type'])}: {bounds(inner['bounds'])}")
        elif kind == "lifetime_predicate":
            words.append(f"{inner['lifetime']}: {' + '.join(inner['outlives'])}")
        else:
            words.append(f"{type_of(inner['lhs'])} = {term(inner['rhs'])}")
    return f"where {', '.join(words)}" if words else ""


def bounds(all_of):
    words = []
    for bound in all_of:
        (kind, inner), = bound.items()
        if kind == "outlives":
            words.append(inner)
        elif kind == "trait_bound":
            words.append(("?" if inner["modifier"] == "maybe" else "") + higher(inner) + path_of(inner["trait"]))
        else:
            words.append(f"use<{', '.join(str(of) for of in inner)}>")
    return " + ".join(words)


def higher(of):
    names = [parameter["name"] for parameter in of["generic_params"]]
    return f"for<{', '.join(names)}> " if names else ""


def type_of(of):
    if of == "infer":
        return "_"
    (kind, inner), = of.items()
    if kind in ("generic", "primitive"):
        return inner
    if kind == "resolved_path":
        return path_of(inner)
    if kind == "tuple":
        return f"({', '.join(map(type_of, inner))}{',' if len(inner) == 1 else ''})"
    if kind == "slice":
        return f"[{type_of(inner)}]"
    if kind == "array":
        return f"[{type_of(inner['type'])}; {inner['len']}]"
    if kind == "borrowed_ref":
        lifetime = f"{inner['lifetime']} " if inner["lifetime"] else ""
        return f"&{lifetime}{'mut ' if inner['is_mutable'] else ''}{type_of(inner['type'])}"
    if kind == "raw_pointer":
        return f"*{'mut' if inner['is_mutable'] else 'const'} {type_of(inner['type'])}"
    if kind == "impl_trait":
        return f"impl {bounds(inner)}"
    if kind == "dyn_trait":
        lifetime = [inner["lifetime"]] if inner["lifetime"] else []
        return "dyn " + " + ".join([*(higher(part) + path_of(part["trait"]) for part in inner["traits"]), *lifetime])
    if kind == "qualified_path":
        of = f"{type_of(inner['self_type'])} as {path_of(inner['trait'])}" if inner["trait"] and inner["trait"]["path"] else type_of(inner["self_type"])
        return f"<{of}>::{inner['name']}{arguments(inner['args'])}"
    if kind == "function_pointer":
        signature = inner["sig"]
        given = f" -> {type_of(signature['output'])}" if signature["output"] else ""
        return f"{higher(inner)}fn({', '.join(type_of(of) for _, of in signature['inputs'])}){given}"
    raise AssertionError(f"rustdoc knows a kind of type that is not known here: {kind}")
