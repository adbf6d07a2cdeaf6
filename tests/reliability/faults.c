/* What a disk and a machine do at the worst moment, to be loaded with LD_PRELOAD.
 *
 * Counts the calls that change files below one folder, and at the n-th of them: ends the
 * process as kill -9 does, with or without half of that write done; cuts the power, that is
 * takes back what was not synced, of each file and of each folder's names from a random point
 * on, and ends it; or fails the call.  Nothing happens before fault_arm() is called.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { COUNT, KILL, TORN, POWER, SYNC_FAILS, DISK_FULL, SHORT };

static int mode = -1;
static long at, calls, syncs;
static char folder[4096];

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

struct change { /* one write, or one name, that is not synced yet */
    char path[1024], from[1024], stash[1100]; /* a name: what it was, where what it named is */
    ino_t inode;
    off_t offset, size_before;
    size_t length, kept;
    char *before;
    struct change *older;
};
static struct change *newest;

void fault_arm(int how, long when, const char *where, unsigned seed) {
    at = when;
    calls = syncs = 0;
    snprintf(folder, sizeof folder, "%s/", where);
    srandom(seed);
    mode = how;
}

long fault_calls(void) { return calls; }
long fault_syncs(void) { return syncs; }

static int named(int fd, char *path, size_t room) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, room - 1);
    if (length < 0) return 0;
    path[length] = 0;
    size_t own = strlen(folder);
    return strncmp(path, folder, own) == 0 || (strncmp(path, folder, own - 1) == 0 && !path[own - 1]);
}

static int below(const char *path) { return strncmp(path, folder, strlen(folder)) == 0; }

static void end(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

static void note(int fd, const char *path, off_t offset, size_t length) {
    struct stat was;
    struct change *one = calloc(1, sizeof *one);
    if (fstat(fd, &was) != 0) return;
    snprintf(one->path, sizeof one->path, "%s", path);
    one->inode = was.st_ino;
    one->offset = offset;
    one->size_before = was.st_size;
    one->length = length;
    one->before = malloc(length + 1);
    ssize_t got = pread(fd, one->before, length, offset);
    one->kept = got > 0 ? (size_t)got : 0;
    one->older = newest;
    newest = one;
}

/* A name is about to come or go: what the folder says of it is undone with the folder. */
static struct change *note_name(const char *path, const char *from) {
    static long stashes;
    struct stat was;
    char parent[1024];
    struct change *one = calloc(1, sizeof *one);
    snprintf(one->path, sizeof one->path, "%s", path);
    snprintf(one->from, sizeof one->from, "%s", from);
    snprintf(parent, sizeof parent, "%s", path);
    *strrchr(parent, '/') = 0;
    if (stat(parent, &was) != 0) return one;
    one->inode = was.st_ino;
    one->length = (size_t)-1;
    snprintf(one->stash, sizeof one->stash, "%s../stash-%d-%ld", folder, getpid(), stashes++);
    if (REAL(link)(path, one->stash) != 0) one->stash[0] = 0; /* there was none */
    one->older = newest;
    newest = one;
    return one;
}

static void undo_name(struct change *one) {
    if (one->from[0] == '/') REAL(rename)(one->path, one->from);
    else if (one->from[0]) REAL(unlink)(one->path);
    if (one->stash[0]) REAL(link)(one->stash, one->path);
}

static void synced(int fd) {
    struct stat now;
    if (fstat(fd, &now) != 0) return;
    for (struct change **place = &newest; *place;) {
        if ((*place)->inode == now.st_ino) *place = (*place)->older;
        else place = &(*place)->older;
    }
}

/* Each file loses its newest unsynced writes: how many is a matter of luck. */
void fault_cut(void) {
    mode = -1;
    for (struct change *first = newest; first; first = newest) {
        ino_t inode = first->inode;
        long many = 0, lost;
        for (struct change *one = newest; one; one = one->older) many += one->inode == inode;
        lost = random() % (many + 1);
        int fd = open(first->path, O_RDWR);
        for (struct change **place = &newest; *place;) {
            struct change *one = *place;
            if (one->inode != inode) { place = &one->older; continue; }
            if (one->length == (size_t)-1) {
                if (lost-- > 0) undo_name(one);
            } else if (fd >= 0 && lost-- > 0) {
                if (one->kept && REAL(pwrite)(fd, one->before, one->kept, one->offset) < 0) break;
                if (REAL(ftruncate)(fd, one->size_before) != 0) break;
            }
            *place = one->older;
        }
        if (fd >= 0) close(fd);
    }
    end();
}

/* Whether the call goes on; a torn write is done by half first. */
static int goes_on(int fd, const void *data, size_t length, off_t offset, int sync) {
    calls++;
    syncs += sync;
    if (mode == SYNC_FAILS && sync && syncs >= at) { errno = EIO; return 0; }
    if (mode == DISK_FULL && data && calls >= at) { errno = ENOSPC; return 0; }
    if (mode == SHORT && data && calls > at) { errno = ENOSPC; return 0; }
    if (calls != at) return 1;
    if (mode == KILL) end();
    if (mode == TORN) {
        if (data && REAL(pwrite)(fd, data, length / 2, offset) < 0) end();
        end();
    }
    if (mode == POWER) fault_cut();
    return 1;
}

static int watched(int fd, char *path, size_t room) { return mode >= 0 && named(fd, path, room); }

static ssize_t written(int fd, const void *data, size_t length, off_t offset, const char *path) {
    if (!goes_on(fd, data, length, offset, 0)) return -1;
    if (mode == POWER) note(fd, path, offset, length);
    return 0;
}

/* How much of a write is done: half of the one at which the disk is full. */
static size_t done(size_t length) { return mode == SHORT && calls == at ? length / 2 : length; }

ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) {
    char path[4096];
    if (watched(fd, path, sizeof path)) {
        if (written(fd, data, length, offset, path) < 0) return -1;
        length = done(length);
    }
    return REAL(pwrite)(fd, data, length, offset);
}

ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset) {
    return pwrite(fd, data, length, offset);
}

ssize_t write(int fd, const void *data, size_t length) {
    char path[4096];
    if (watched(fd, path, sizeof path)) {
        off_t offset = lseek(fd, 0, SEEK_CUR);
        if (written(fd, data, length, offset, path) < 0) return -1;
        length = done(length);
    }
    return REAL(write)(fd, data, length);
}

static int cut_to(int fd, off_t length) {
    char path[4096];
    struct stat was;
    if (!watched(fd, path, sizeof path)) return 1;
    if (!goes_on(fd, NULL, 0, 0, 0)) return 0;
    if (mode == POWER && fstat(fd, &was) == 0)
        note(fd, path, length, was.st_size > length ? (size_t)(was.st_size - length) : 0);
    return 1;
}

int ftruncate(int fd, off_t length) { return cut_to(fd, length) ? REAL(ftruncate)(fd, length) : -1; }
int ftruncate64(int fd, off64_t length) { return ftruncate(fd, length); }

int fsync(int fd) {
    char path[4096];
    if (watched(fd, path, sizeof path)) {
        if (!goes_on(fd, NULL, 0, 0, 1)) return -1;
        synced(fd);
    }
    return mode >= 0 ? 0 : REAL(fsync)(fd); /* the disk itself is not what is tried */
}

int fdatasync(int fd) { return fsync(fd); }

static int names(const char *path) {
    if (mode < 0 || !below(path)) return 0;
    goes_on(-1, NULL, 0, 0, 0);
    return mode == POWER;
}

int unlink(const char *path) {
    if (names(path)) note_name(path, "");
    return REAL(unlink)(path);
}

int rename(const char *from, const char *to) {
    if (names(to)) note_name(to, from);
    return REAL(rename)(from, to);
}

int link(const char *from, const char *to) {
    if (names(to) && access(to, F_OK) != 0) note_name(to, "new");
    return REAL(link)(from, to);
}
