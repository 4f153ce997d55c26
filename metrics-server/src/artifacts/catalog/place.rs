//! The path of a source file as it is on every machine.

/// Where files of a package are.
const FOLDERS: [&str; 4] = ["src", "examples", "tests", "benches"];

/// `file`, as the compiler was given it, on every machine that compiles the program.
///
/// Cargo gives paths of the workspace relative to its root. That of a dependency is absolute, below a folder of the machine
/// (`~/.cargo/registry/src/…/chat-1.2.0/src/lib.rs`): what stays is the path in the package, `src/lib.rs`. Of generated files
/// it is what is below `out`, which is the name of the folder of every build script.
pub(crate) fn stable(file: &str) -> String {
    let file = file.replace('\\', "/");
    let file = file.trim_start_matches("./");
    let has_drive = file.as_bytes().get(1) == Some(&b':');
    if !file.starts_with('/') && !has_drive {
        return file.to_owned();
    }
    let parts: Vec<&str> = file.split('/').collect();
    // from the end, since folders of the machine may be called so too
    let last = |is_it: &dyn Fn(usize) -> bool| (0..parts.len()).rev().find(|&at| is_it(at));
    let is = |at: usize, name: &str| parts.get(at) == Some(&name);
    let is_of_cargo = |at: usize| at > 0 && is(at - 1, "registry") && is(at, "src");
    let build = last(&|at| is(at, "build"));
    let begin = last(&|at| is(at, "out") && build.is_some_and(|build| build < at))
        .or_else(|| last(&|at| FOLDERS.iter().any(|name| is(at, name)) && !is_of_cargo(at)))
        .unwrap_or(parts.len() - 1);
    parts[begin..].join("/")
}

#[cfg(test)]
mod tests {
    use super::stable;

    #[test]
    fn no_path_names_a_folder_of_the_machine() {
        let registry = "/home/me/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/chat-1.2.0";
        let build = "/home/me/src/app/target/debug/build/chat-0a1b2c3d4e5f6071";
        for (given, stays) in [
            ("src/main.rs", "src/main.rs"),
            ("./examples/chat/main.rs", "examples/chat/main.rs"),
            ("crates\\chat\\src\\lib.rs", "crates/chat/src/lib.rs"),
            (&format!("{registry}/src/a/lib.rs"), "src/a/lib.rs"),
            (&format!("{registry}/examples/a.rs"), "examples/a.rs"),
            (&format!("{registry}/lib.rs"), "lib.rs"),
            (&format!("{build}/out/metrics.rs"), "out/metrics.rs"),
            (
                "/root/.cargo/git/checkouts/chat-0a1b/9f8e7d6/crates/chat/src/lib.rs",
                "src/lib.rs",
            ),
            (
                "C:\\Users\\me\\.cargo\\registry\\src\\index\\chat-1.2.0\\src\\lib.rs",
                "src/lib.rs",
            ),
            ("\\\\?\\C:\\chat\\tests\\main.rs", "tests/main.rs"),
            ("/home/me/src/chat/src/lib.rs", "src/lib.rs"),
            ("/generated.rs", "generated.rs"),
        ] {
            assert_eq!(stable(given), stays, "{given}");
        }
    }
}
