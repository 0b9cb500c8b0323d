//! Lists objects in the order of their keys, which is not that of the folders: `a-b` comes before `a/b`.

use std::{fs, io, path::Path};

use application_shared::{ObjectKey, ObjectMetadata};

use super::folder::{Folder, Problem, describe_object};

struct Wanted<'a> {
    prefix: &'a str,
    after: Option<&'a str>,
    limit: usize,
}

impl Folder {
    pub fn list(&self, prefix: &str, after: Option<&ObjectKey>, limit: usize) -> Result<Vec<ObjectMetadata>, Problem> {
        let mut found = Vec::new();
        let wanted = Wanted { prefix, after: after.map(ObjectKey::as_str), limit };
        walk(&self.objects(), "", &wanted, &mut found)?;
        Ok(found)
    }
}

/// `above` is what the keys in the folder begin with. Folders that no wanted key can lie in are not looked into.
fn walk(folder: &Path, above: &str, wanted: &Wanted<'_>, found: &mut Vec<ObjectMetadata>) -> io::Result<()> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        // What bears another name is none of ours.
        let Ok(name) = entry.file_name().into_string() else { continue };
        let is_folder = entry.file_type()?.is_dir();
        let key = if is_folder { format!("{above}{name}/") } else { format!("{above}{name}") };
        let begins = key.starts_with(wanted.prefix) || is_folder && wanted.prefix.starts_with(&key);
        let comes_after = wanted.after.is_none_or(|after| key.as_str() > after || is_folder && after.starts_with(&key));
        if begins && comes_after {
            names.push((key, is_folder, entry.path()));
        }
    }
    names.sort_unstable();
    for (key, is_folder, path) in names {
        if found.len() == wanted.limit {
            return Ok(());
        }
        if is_folder {
            walk(&path, &key, wanted, found)?;
        } else if let Ok(key) = ObjectKey::parse(key) {
            match fs::symlink_metadata(path) {
                Ok(metadata) if metadata.is_file() => found.push(describe_object(key, &metadata)?),
                // Neither ours nor there any more.
                _ => {}
            }
        }
    }
    Ok(())
}
