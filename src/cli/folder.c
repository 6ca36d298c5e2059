#include "cli/folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/str.h"

bool
folder_make(char *path, size_t n)
{
	return str_copy(STR("/tmp/watchword-demo-XXXXXX"), path, n) &&
	    mkdtemp(path) != NULL;
}

void
folder_remove(const char *path)
{
	DIR *dir = opendir(path);
	const struct dirent *entry;

	if (dir == NULL) {
		return;
	}
	while ((entry = readdir(dir)) != NULL) {
		/* "." and ".." are folders, and stay. */
		(void)unlinkat(dirfd(dir), entry->d_name, 0);
	}
	closedir(dir);
	(void)rmdir(path);
}
