/* format/import_freeotp and import_freeotp2: see fuzz_import.h. */
#include "fuzz_import.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_import(IMPORT_FREEOTP, data, size);
}
