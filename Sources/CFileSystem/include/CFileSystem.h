#ifndef CFILESYSTEM_H
#define CFILESYSTEM_H

/// Linux's syncfs(2), which Swift's Glibc does not show: everything on the file system that holds the open file
/// `descriptor` is durable when it returns 0; -1 sets errno.
int sync_file_system(int descriptor);

#endif
