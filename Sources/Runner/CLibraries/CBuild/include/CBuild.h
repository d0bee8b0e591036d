/* What the package script tells the compiler about a build: Package.swift hands it over as macros. Swift
 * has no macros with values; only this file is compiled again when they change. */
#ifndef CBUILD_H
#define CBUILD_H

/* The commit that was built, as 12 hexadecimal digits, with "-modified" if files were changed; empty
 * in a plain `swift build`. */
const char *cbuild_commit(void);

/* The date of that commit, such as "2026-11-29"; empty in a plain `swift build`. */
const char *cbuild_date(void);

/* 1 if the commit is the tagged one of the version in AssayVersion.swift, otherwise 0. */
int cbuild_is_release(void);

#endif
