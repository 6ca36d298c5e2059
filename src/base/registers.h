/*
 * What the C library copies with vector instructions stays in their registers
 * until somebody copies more, and a core dump has those too (I8).
 */
#ifndef BASE_REGISTERS_H
#define BASE_REGISTERS_H

/*
 * registers_wipe(): zeros in the vector registers of this thread; before it
 * waits with nothing to do.  On processors other than x86-64: nothing.
 */
void registers_wipe(void);

#endif
