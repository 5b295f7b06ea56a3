//! Named attacks on the built bytecode, one test each; `docs/security/attacks.md` links them. The first comment line of a test
//! says what is lost if the attack works.
