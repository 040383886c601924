/* Preloaded: notes each write to SQLite's log and each sync of it, in order, to a file of its own.
 * A line on that file from the program itself ("A ...") says when it would have acknowledged. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int is_log(int fd) {
    char link[64], name[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, name, sizeof name);
    return n > 4 && memcmp(name + n - 4, "-wal", 4) == 0;
}

static void note(const char *line) {
    const char *path = getenv("SYNC_SPY");
    int fd = path ? open(path, O_WRONLY | O_APPEND | O_CREAT, 0600) : -1;
    if (fd < 0) return;
    ssize_t (*real)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
    if (real(fd, line, 2) != 2) abort();
    close(fd);
}

ssize_t pwrite64(int fd, const void *bytes, size_t n, off64_t at) {
    ssize_t (*real)(int, const void *, size_t, off64_t) = dlsym(RTLD_NEXT, "pwrite64");
    if (is_log(fd)) note("W\n");
    return real(fd, bytes, n, at);
}

ssize_t pwrite(int fd, const void *bytes, size_t n, off_t at) {
    ssize_t (*real)(int, const void *, size_t, off_t) = dlsym(RTLD_NEXT, "pwrite");
    if (is_log(fd)) note("W\n");
    return real(fd, bytes, n, at);
}

int fdatasync(int fd) {
    int (*real)(int) = dlsym(RTLD_NEXT, "fdatasync");
    int failed = real(fd);
    if (is_log(fd) && !failed) note("S\n");
    return failed;
}

int fsync(int fd) {
    int (*real)(int) = dlsym(RTLD_NEXT, "fsync");
    int failed = real(fd);
    if (is_log(fd) && !failed) note("S\n");
    return failed;
}
