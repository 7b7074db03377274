//! The template of a new project: files embedded in this program, and what is filled into them.

/// One file of the template.
#[derive(Debug)]
struct File {
    /// Where it lies below `templates/default`.
    source: &'static str,
    content: &'static str,
}

macro_rules! files {
    ($($path:literal),* $(,)?) => {
        &[$(File { source: $path, content: include_str!(concat!("../../templates/default/", $path)) }),*]
    };
}

const FILES: &[File] = files![
    ".cargo/config.toml",
    ".vscode/launch.json",
    ".vscode/tasks.json",
    "Cargo.toml.template",
    "README.md",
    "gitignore.template",
    "guest/Cargo.toml.template",
    "guest/src/main.rs",
    "host/Cargo.toml.template",
    "host/build.rs",
    "host/src/main.rs",
    "host/tests/guest.rs",
];

impl File {
    /// Where it lies in the new project.
    fn target(&self) -> &'static str {
        match self.source {
            "gitignore.template" => ".gitignore",
            source => source.strip_suffix(".template").unwrap_or(source),
        }
    }
}

/// What is filled into the template.
#[derive(Clone, Debug)]
pub(crate) struct Values {
    /// The project's name.
    pub(crate) name: String,
    /// The right-hand sides of the dependencies in the manifest.
    pub(crate) dependencies: Dependencies,
}

/// TOML values for the dependencies: what stands behind `zisk-build =` and its like.
#[derive(Clone, Debug)]
pub(crate) struct Dependencies {
    pub(crate) build: String,
    pub(crate) guest: String,
    pub(crate) host: String,
}

/// The new project's files: path, with `/` between folders, and content.
pub(crate) fn render(values: &Values) -> impl Iterator<Item = (&'static str, String)> {
    let Values { name, dependencies } = values;
    let replacements = [
        ("{{name}}", name),
        ("{{zisk_build}}", &dependencies.build),
        ("{{zisk_guest}}", &dependencies.guest),
        ("{{zisk_host}}", &dependencies.host),
    ];
    FILES.iter().map(move |file| {
        let content = replacements
            .iter()
            .fold(file.content.to_owned(), |text, (placeholder, value)| {
                text.replace(placeholder, value)
            });
        (file.target(), content)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::*;

    fn values() -> Values {
        let dependency = |name: &str| format!("{{ path = \"/folder/{name}\" }}");
        Values {
            name: "demo".to_owned(),
            dependencies: Dependencies {
                build: dependency("build"),
                guest: dependency("guest"),
                host: dependency("host"),
            },
        }
    }

    #[test]
    fn every_file_of_the_folder_is_embedded() {
        fn walk(root: &Path, folder: &Path, found: &mut BTreeSet<String>) {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    walk(root, &path, found);
                } else {
                    let path = path.strip_prefix(root).unwrap();
                    found.insert(path.to_str().unwrap().replace('\\', "/"));
                }
            }
        }
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../templates/default");
        let mut found = BTreeSet::new();
        walk(&root, &root, &mut found);
        assert_eq!(found, FILES.iter().map(|file| file.source.to_owned()).collect());
    }

    #[test]
    fn no_placeholder_is_left() {
        for (path, content) in render(&values()) {
            assert!(
                !content.contains("{{") && !content.contains("}}"),
                "{path}:\n{content}"
            );
            assert!(content.ends_with('\n'), "{path}");
        }
    }

    #[test]
    fn manifests_are_toml_and_complete() {
        let is_manifest = |path: &str| path.rsplit('/').next() == Some("Cargo.toml");
        let parse = |(path, content): (&'static str, String)| {
            let table: toml::Table = content.parse().unwrap_or_else(|error| panic!("{path}: {error}"));
            (path, table)
        };
        let configuration = render(&values())
            .find(|(path, _)| *path == ".cargo/config.toml")
            .unwrap();
        assert!(parse(configuration).1.contains_key("target"));
        let manifests: Vec<_> = render(&values())
            .filter(|(path, _)| is_manifest(path))
            .map(parse)
            .collect();
        let package_name = |path: &str| {
            let table = &manifests.iter().find(|(found, _)| *found == path).unwrap().1;
            table["package"]["name"].as_str().unwrap().to_owned()
        };
        assert_eq!(manifests.len(), 3);
        assert_eq!(package_name("guest/Cargo.toml"), "demo-guest");
        assert_eq!(package_name("host/Cargo.toml"), "demo-host");
        // The project must be its own workspace, wherever it lies.
        let root = &manifests
            .iter()
            .find(|(path, _)| *path == "Cargo.toml")
            .unwrap()
            .1;
        assert_eq!(root["workspace"]["members"].as_array().unwrap().len(), 2);
        assert_eq!(
            root["workspace"]["dependencies"]["zisk-host"]["path"].as_str(),
            Some("/folder/host")
        );
    }
}
