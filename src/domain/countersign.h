/*
 * The countersign: the word by which an agent proves himself to the customer
 * (R30).  Drawn from a list of words that are short, concrete, and known to
 * people of many languages.
 */
#ifndef DOMAIN_COUNTERSIGN_H
#define DOMAIN_COUNTERSIGN_H

#include <stdint.h>

#include "base/compiler.h"

#define COUNTERSIGN_WORDS 256

/*
 * countersign_word(mac): one of 256 words, each as likely, from the first
 * byte of a MAC over stop and day.  Somebody who comes without it guesses it
 * once in 256 times, in front of the customer.
 */
const char *countersign_word(const uint8_t mac[static 1]);

#endif
