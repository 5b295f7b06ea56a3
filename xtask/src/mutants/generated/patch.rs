//! Unified diffs of one file, applied exactly: a line that does not fit is an error.

use anyhow::{ensure, Context, Result};

/// Returns `source` with the changes of `diff`.
///
/// # Errors
/// When the diff cannot be read, or was made for another source.
pub fn apply(source: &str, diff: &str) -> Result<String> {
    let old: Vec<&str> = source.split_inclusive('\n').collect();
    let mut new = String::new();
    // Lines of the source that are copied or left out so far.
    let mut done = 0;
    let mut hunks = 0;
    for line in diff.split_inclusive('\n') {
        if hunks == 0 && (line.starts_with("--- ") || line.starts_with("+++ ")) {
            continue;
        }
        if let Some(header) = line.strip_prefix("@@ -") {
            let start = first_line(header)?;
            ensure!(start >= done, "the hunks are not in order");
            let between = old
                .get(done..start)
                .context("a hunk begins after the end")?;
            new.extend(between.iter().copied());
            done = start;
            hunks += 1;
            continue;
        }
        ensure!(hunks > 0, "there is text before the first hunk");
        let (kind, text) = line.split_at_checked(1).unwrap_or((" ", "\n"));
        match kind {
            "+" => new += text,
            " " | "-" | "\n" => {
                let text = if kind == "\n" { "\n" } else { text };
                let expected = old.get(done).context("a hunk ends after the end")?;
                ensure!(
                    expected.trim_end_matches('\n') == text.trim_end_matches('\n'),
                    "line {} is another one",
                    done + 1
                );
                if kind != "-" {
                    new += expected;
                }
                done += 1;
            }
            // "\ No newline at end of file"
            "\\" => {}
            _ => ensure!(false, "a line begins with {kind:?}"),
        }
    }
    ensure!(hunks > 0, "there is no hunk");
    new.extend(old.get(done..).unwrap_or_default().iter().copied());
    Ok(new)
}

/// Returns how many lines stand before a hunk, from what follows its `@@ -`.
fn first_line(header: &str) -> Result<usize> {
    let range = header.split(' ').next().unwrap_or_default();
    let (start, length) = range.split_once(',').unwrap_or((range, "1"));
    let start: usize = start.parse().context("a hunk has no line number")?;
    // Of an empty range, the number is that of the line before.
    Ok(if length == "0" {
        start
    } else {
        start.saturating_sub(1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "a\nb\nc\nd\ne\nf\n";

    #[test]
    fn a_diff_replaces_its_lines_and_no_others() {
        let diff = "--- x\n+++ mutant\n@@ -2,3 +2,3 @@\n b\n-c\n+C\n d\n@@ -6 +6 @@\n-f\n+F\n+G\n";
        assert_eq!(apply(SOURCE, diff).expect("fits"), "a\nb\nC\nd\ne\nF\nG\n");
    }

    #[test]
    fn lines_that_look_like_a_header_are_lines() {
        let diff = "--- x\n+++ y\n@@ -1,2 +1,2 @@\n--- a\n+++ a\n b\n";
        assert_eq!(apply("-- a\nb\n", diff).expect("fits"), "++ a\nb\n");
    }

    #[test]
    fn a_diff_of_another_source_is_refused() {
        for diff in [
            "@@ -2 +2 @@\n-c\n+C\n",
            "@@ -7 +7 @@\n-g\n+G\n",
            "-a\n+b\n",
            "",
            "@@ -1 +1 @@\n?a\n",
        ] {
            assert!(apply(SOURCE, diff).is_err(), "{diff}");
        }
    }
}
