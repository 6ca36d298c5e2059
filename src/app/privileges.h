/*
 * What a process that holds keys gives up before it does anything else.
 */
#ifndef APP_PRIVILEGES_H
#define APP_PRIVILEGES_H

/*
 * privileges_drop(): no core dumps, no tracing by equals, no new privileges,
 * files for nobody else, no SIGPIPE (S143).
 */
void privileges_drop(void);

#endif
