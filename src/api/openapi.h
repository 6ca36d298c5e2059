/*
 * The description of the API, docs/openapi.json, in the binary.
 */
#ifndef API_OPENAPI_H
#define API_OPENAPI_H

#include "base/str.h"

struct str openapi_json(void);

#endif
