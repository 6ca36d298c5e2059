/*
 * A narrator's lines on standard output, indented below their heading.
 */
#ifndef CLI_SAY_H
#define CLI_SAY_H

#include "base/compiler.h"
#include "base/str.h"

void say_line(const char *fmt, ...) PRINTF_LIKE(1, 2);

/* say_paragraph(text): in lines that fit a terminal, each behind a bar. */
void say_paragraph(struct str text);

/* say_members(json): an object on one line, broken behind each member. */
void say_members(struct str json);

#endif
