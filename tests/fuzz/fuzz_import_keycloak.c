/* format/import_keycloak: see fuzz_import.h. */
#include "fuzz_import.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_import(IMPORT_KEYCLOAK, data, size);
}
