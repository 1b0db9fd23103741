/*
 * Steps to files, and to code: what is not passed cannot be opened, what is
 * passed to be read cannot be written, and nothing can be run.
 */
#include "config.h"

#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "escape.h"

/* The kernel's struct open_how, whose header may be missing. */
struct how {
	uint64_t flags, mode, resolve;
};

static const char *
file_in(const char *folder, const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

/* --- what is not passed --- */

static int
file_passwd(void)
{
	return step_result(open("/etc/passwd", O_RDONLY));
}

static int
file_beside(void)
{
	return step_result(open(prey.beside, O_RDWR));
}

static int
file_path_only(void)
{
	return step_result(open("/etc", O_PATH | O_DIRECTORY));
}

static int
file_make_beside(void)
{
	return step_result(open(
	    file_in(prey.home, "../new"), O_WRONLY | O_CREAT | O_EXCL, 0600));
}

static int
file_temporary(void)
{
	return step_result(open("/tmp", O_TMPFILE | O_RDWR, 0600));
}

static int
file_openat2(void)
{
	const struct how how = {.flags = O_RDONLY};

	return step_result(
	    syscall(SYS_openat2, AT_FDCWD, "/etc/passwd", &how, sizeof(how)));
}

static int
file_kept_folder(void)
{
	return step_result(openat(prey.folder, "etc/passwd", O_RDONLY));
}

/* Out of an empty root by a folder's descriptor from before. */
static int
file_chroot_escape(void)
{
	if (fchdir(prey.folder) == -1 || chroot(".") == -1)
		return errno;
	return step_result(open("etc/passwd", O_RDONLY));
}

static int
file_chroot_dance(void)
{
	int i;

	if (chroot(prey.home) == -1)
		return errno;
	for (i = 0; i < 64; i++)
		if (chdir("..") == -1)
			return errno;
	return step_result(chroot("."));
}

static int
file_handle(void)
{
	struct {
		struct file_handle h;
		unsigned char room[MAX_HANDLE_SZ];
	} f = {.h.handle_bytes = MAX_HANDLE_SZ};
	int mount;

	if (name_to_handle_at(prey.folder, "etc/passwd", &f.h, &mount, 0) == -1)
		return errno;
	return step_result(open_by_handle_at(prey.folder, &f.h, O_RDONLY));
}

static int
file_handle_open(void)
{
	struct {
		struct file_handle h;
		unsigned char room[MAX_HANDLE_SZ];
	} f = {.h.handle_bytes = 8, .h.handle_type = 1};

	return step_result(open_by_handle_at(prey.folder, &f.h, O_RDONLY));
}

/* --- which paths exist --- */

static int
file_exists(void)
{
	struct stat st;

	return step_result(stat("/etc/passwd", &st));
}

/* newfstatat(2) takes a path also where it need not. */
static int
file_exists_empty_path(void)
{
	struct stat st;

	return step_result(syscall(
	    SYS_newfstatat, AT_FDCWD, "/etc/passwd", &st, AT_EMPTY_PATH));
}

static int
file_statx(void)
{
	struct statx st;

	return step_result(statx(
	    AT_FDCWD, "/etc/passwd", AT_EMPTY_PATH, STATX_BASIC_STATS, &st));
}

static int
file_access(void)
{
	return step_result(access("/etc/passwd", R_OK));
}

static int
file_readlink(void)
{
	char to[64];

	return step_result(readlink("/proc/self/exe", to, sizeof(to)));
}

static int
file_statfs(void)
{
	char room[256];

	return step_result(syscall(SYS_statfs, "/", room));
}

static int
file_xattr(void)
{
	return step_result(getxattr("/etc/passwd", "user.x", NULL, 0));
}

static int
file_list(void)
{
	char room[4096];

	return step_result(
	    syscall(SYS_getdents64, prey.folder, room, sizeof(room)));
}

static int
file_watch(void)
{
	int fd = inotify_init1(IN_CLOEXEC);

	if (fd == -1)
		return errno;
	return step_result(inotify_add_watch(fd, "/etc/passwd", IN_OPEN));
}

static int
file_watch_all(void)
{
	int fd = (int)syscall(SYS_fanotify_init, 0x200, O_RDONLY);

	if (fd == -1)
		return errno;
	return step_result(
	    syscall(SYS_fanotify_mark, fd, 1, 1, AT_FDCWD, "/etc/passwd"));
}

/* --- what is passed to be read --- */

static int
file_pwrite_reading(void)
{
	return step_result(pwrite(prey.store, "x", 1, 0));
}

static int
file_write_reading(void)
{
	return step_result(write(prey.store, "x", 1));
}

static int
file_truncate_reading(void)
{
	return step_result(ftruncate(prey.store, 0));
}

static int
file_map_reading(void)
{
	void *at =
	    mmap(NULL, 1, PROT_READ | PROT_WRITE, MAP_SHARED, prey.store, 0);

	return at == MAP_FAILED ? errno : 0;
}

static int
file_map_protect(void)
{
	void *at = mmap(NULL, 1, PROT_READ, MAP_SHARED, prey.store, 0);

	if (at == MAP_FAILED)
		return errno;
	return step_result(mprotect(at, 1, PROT_READ | PROT_WRITE));
}

static int
file_reopen(const char *folder)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/%d", folder, prey.store);
	return step_result(open(path, O_RDWR));
}

static int
file_reopen_self(void)
{
	return file_reopen("/proc/self/fd");
}

static int
file_reopen_dev(void)
{
	return file_reopen("/dev/fd");
}

static int
file_append_reading(void)
{
	return step_result(fcntl(prey.store, F_SETFL, O_RDWR));
}

static int
file_link_reading(void)
{
	return step_result(linkat(prey.store, "", AT_FDCWD,
	    file_in(prey.home, "link"), AT_EMPTY_PATH));
}

static int
file_pwrite(void)
{
	return step_result(pwrite(prey.written, "x", 1, 0));
}

static int
file_truncate(void)
{
	return step_result(ftruncate(prey.written, 4));
}

static int
file_chmod(void)
{
	return step_result(fchmod(prey.written, 04755));
}

/* --- the store's folder --- */

static int
file_store_open(void)
{
	return step_result(open(prey.file, O_RDWR));
}

static int
file_store_make(void)
{
	return step_result(
	    open(file_in(prey.home, "new"), O_RDWR | O_CREAT, 0600));
}

static int
file_store_unlink(void)
{
	return step_result(unlink(prey.file));
}

static int
file_store_rename(void)
{
	return step_result(rename(prey.file, file_in(prey.home, "moved")));
}

static int
file_store_rename_out(void)
{
	return step_result(rename(prey.file, file_in(prey.home, "../moved")));
}

static int
file_link_into_store(void)
{
	return step_result(link(prey.beside, file_in(prey.home, "link")));
}

static int
file_unlink_beside(void)
{
	return step_result(unlink(prey.beside));
}

static int
file_truncate_beside(void)
{
	return step_result(truncate(prey.beside, 0));
}

static int
file_symlink(void)
{
	return step_result(symlink("/etc/passwd", file_in(prey.home, "link")));
}

static int
file_folder(void)
{
	return step_result(mkdir(file_in(prey.home, "new"), 0700));
}

static int
file_fifo(void)
{
	return step_result(mkfifo(file_in(prey.home, "new"), 0600));
}

static int
file_device(void)
{
	return step_result(
	    mknod(file_in(prey.home, "new"), S_IFCHR | 0600, makedev(1, 3)));
}

static int
file_times(void)
{
	return step_result(utimensat(AT_FDCWD, prey.file, NULL, 0));
}

static int
file_xattr_set(void)
{
	return step_result(setxattr(prey.file, "user.x", "x", 1, 0));
}

static int
file_kmsg(void)
{
	return step_result(open("/dev/kmsg", O_WRONLY));
}

static int
file_tty(void)
{
	return step_result(open("/dev/tty", O_RDWR));
}

static int
file_cgroup(void)
{
	return step_result(open("/sys/fs/cgroup/cgroup.procs", O_WRONLY));
}

/* --- code --- */

static char *const words[] = {"true", NULL};
static char *const none[] = {NULL};

static int
file_run(void)
{
	execve("/bin/true", words, none);
	return errno;
}

static int
file_run_setuid(void)
{
	execve("/bin/su", words, none);
	return errno;
}

static int
file_run_script(void)
{
	execve(prey.beside, words, none);
	return errno;
}

static int
file_run_folder(void)
{
	syscall(SYS_execveat, prey.folder, "bin/true", words, none, 0);
	return errno;
}

static int
file_run_memory(void)
{
	int fd = (int)syscall(SYS_memfd_create, "x", 0);

	if (fd == -1 || write(fd, "#!/bin/true\n", 12) != 12)
		return errno;
	syscall(SYS_execveat, fd, "", words, none, AT_EMPTY_PATH);
	return errno;
}

static int
file_run_passed_memory(void)
{
	if (write(prey.memory, "#!/bin/true\n", 12) != 12)
		return errno;
	syscall(SYS_execveat, prey.memory, "", words, none, AT_EMPTY_PATH);
	return errno;
}

static int
file_map_code(void)
{
	void *at =
	    mmap(NULL, 1, PROT_READ | PROT_EXEC, MAP_PRIVATE, prey.store, 0);

	return at == MAP_FAILED ? errno : 0;
}

static int
file_map_memory_code(void)
{
	void *at =
	    mmap(NULL, 1, PROT_READ | PROT_EXEC, MAP_PRIVATE, prey.memory, 0);

	return at == MAP_FAILED ? errno : 0;
}

/* With it, what can be read can be run. */
static int
file_persona(void)
{
	return step_result(syscall(SYS_personality, 0x0400000));
}

static int
file_stack_code(void)
{
	return step_result(mprotect(
	    prey.page, 1, PROT_READ | PROT_WRITE | PROT_EXEC | PROT_GROWSDOWN));
}

static const struct step files[] = {
    STEP("open-passwd", file_passwd),
    STEP("open-beside", file_beside),
    STEP("open-path-only", file_path_only),
    STEP("open-new-beside", file_make_beside),
    STEP("open-temporary", file_temporary),
    STEP("open-openat2", file_openat2),
    STEP("open-kept-folder", file_kept_folder),
    STEP("chroot-escape", file_chroot_escape),
    STEP("chroot-dance", file_chroot_dance),
    STEP("handle", file_handle),
    STEP("handle-open", file_handle_open),
    STEP("exists-stat", file_exists),
    STEP("exists-empty-path", file_exists_empty_path),
    STEP("exists-statx", file_statx),
    STEP("exists-access", file_access),
    STEP("exists-readlink", file_readlink),
    STEP("exists-statfs", file_statfs),
    STEP("exists-xattr", file_xattr),
    STEP("list-kept-folder", file_list),
    STEP("watch", file_watch),
    STEP("watch-all", file_watch_all),
    STEP("reading-pwrite", file_pwrite_reading),
    STEP("reading-write", file_write_reading),
    STEP("reading-truncate", file_truncate_reading),
    STEP("reading-map", file_map_reading),
    STEP("reading-map-protect", file_map_protect),
    STEP("reading-reopen-proc", file_reopen_self),
    STEP("reading-reopen-dev", file_reopen_dev),
    STEP("reading-setfl", file_append_reading),
    STEP("reading-link", file_link_reading),
    STEP("writing-pwrite", file_pwrite),
    STEP("writing-truncate", file_truncate),
    STEP("writing-setuid-mode", file_chmod),
    STEP("store-open", file_store_open),
    STEP("store-new-file", file_store_make),
    STEP("store-unlink", file_store_unlink),
    STEP("store-rename", file_store_rename),
    STEP("store-rename-out", file_store_rename_out),
    STEP("store-link-into", file_link_into_store),
    STEP("unlink-beside", file_unlink_beside),
    STEP("truncate-beside", file_truncate_beside),
    STEP("store-symlink", file_symlink),
    STEP("store-folder", file_folder),
    STEP("store-fifo", file_fifo),
    STEP("store-device", file_device),
    STEP("store-times", file_times),
    STEP("store-xattr", file_xattr_set),
    STEP("open-kmsg", file_kmsg),
    STEP("open-tty", file_tty),
    STEP("open-cgroup", file_cgroup),
    STEP("run", file_run),
    STEP("run-setuid", file_run_setuid),
    STEP("run-script", file_run_script),
    STEP("run-kept-folder", file_run_folder),
    STEP("run-memory", file_run_memory),
    STEP("run-passed-memory", file_run_passed_memory),
    STEP("map-code", file_map_code),
    STEP("map-memory-code", file_map_memory_code),
    STEP("persona", file_persona),
    STEP("stack-code", file_stack_code),
};
const struct steps steps_files = {files, sizeof(files) / sizeof(files[0])};
