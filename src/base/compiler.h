/*
 * The compiler attributes of the house, and no others.
 */
#ifndef BASE_COMPILER_H
#define BASE_COMPILER_H

/* The caller must look at what is returned. */
#define MUST_CHECK __attribute__((warn_unused_result))

/* Argument fmt is a printf format, its values start at argument args. */
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))

/* fn(&variable) runs when the variable leaves its scope. */
#define CLEANUP(fn) __attribute__((cleanup(fn)))

/* No pointer argument may be NULL. */
#define NONNULL __attribute__((nonnull))

#define NORETURN __attribute__((noreturn))

#define UNUSED __attribute__((unused))

#endif
