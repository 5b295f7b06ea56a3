//! Whom to tell about a vulnerability, as text in the bytecode.
//!
//! The format is that of `security.txt` for Solana programs (github.com/neodyme-labs/solana-security-txt): fields and values that
//! end with a zero byte, between two marks. Explorers and wallets search a program's account for the marks. The crate of that name
//! puts the text into a section of its own, which sbpf-linker leaves out of the file; here it is read-only data like any other.
//!
//! The repository has no public address yet, so the fields name it by what every reader of the source has.

/// Puts the text into the program's bytecode, with the program's `name`. All of Assay's programs share the other fields.
#[macro_export]
macro_rules! security_text {
    ($name:literal) => {
        /// Whom to tell about a vulnerability of this program.
        #[used]
pub static SECURITY_TEXT: [u8; $crate::security_text!(@text $name).len()] = {
    let text = $crate::security_text!(@text $name);
            let (bytes, mut copy, mut index) = (text.as_bytes(), [0; _], 0usize);
            while index < bytes.len() {
                copy[index] = bytes[index];
                index = index.wrapping_add(1);
            }
            copy
        };
    };
    (@text $name:literal) => {
        concat!(
            "=======BEGIN SECURITY.TXT V1=======\0",
            "name\0",
            $name,
            "\0",
            "project_url\0README.md in the repository that the program was built from\0",
            "contacts\0other:a private report to the maintainers of that repository\0",
            "policy\0SECURITY.md in that repository\0",
            "preferred_languages\0en\0",
            "source_code\0the folder programs of that repository\0",
            "=======END SECURITY.TXT V1=======\0",
        )
    };
}

#[cfg(test)]
mod tests {
    mod staking {
        crate::security_text!("Assay staking");
    }

    #[test]
    fn the_text_is_pairs_between_two_marks() {
        let text = core::str::from_utf8(&staking::SECURITY_TEXT).unwrap();
        let parts: Vec<&str> = text.split_terminator('\0').collect();
        let [first, fields @ .., last] = parts.as_slice() else {
            panic!("no marks");
        };
        assert_eq!(*first, "=======BEGIN SECURITY.TXT V1=======");
        assert_eq!(*last, "=======END SECURITY.TXT V1=======");
        let names: Vec<&str> = fields.iter().copied().step_by(2).collect();
        for required in ["name", "project_url", "contacts", "policy"] {
            assert!(names.contains(&required), "{required}");
        }
        assert!(fields.iter().all(|field| !field.is_empty()));
        assert_eq!(fields.len() % 2, 0);
        assert_eq!(fields[1], "Assay staking");
    }
}
