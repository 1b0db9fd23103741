/*
 * Steps that an attacker takes who runs his own code in a sealed process, each
 * tried in a process of its own that entered the real seal of its kind.
 * tests/escape/outcomes says how each must end for each kind of process.
 */
#ifndef ESCAPE_H
#define ESCAPE_H

#include <sys/socket.h>

#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* What a sealed process has: made before the seal, for each step anew. */
struct prey {
	int	 pair[2];	/* a unix socketpair, as to the monitor */
	int	 listener;	/* TCP, loopback */
	int	 connected;	/* TCP, to the target */
	int	 reset;		/* TCP, whose peer has reset it */
	int	 epoll;
	int	 folder;	/* a descriptor of "/", kept */
	int	 store;		/* a file within the store's folder, to read */
	int	 written;	/* the same, to read and write */
	int	 memory;	/* of memfd_create(2) */
	int	 sibling_fd;	/* a pidfd of sibling, or -1 */
	pid_t	 sibling;	/* a process of the same user, no child */
	char	*page;
	struct sockaddr_in	 target;	/* somebody's TCP service */
	char	 home[64];	/* the store's folder */
	char	 file[80];	/* in it: the store */
	char	 beside[80];	/* a file beside that folder, for everybody */
};
extern struct prey prey;

/* Returns 0: the step succeeded; or an errno. */
typedef int step_run(void);

struct step {
	const char	*name;
	step_run	*run;		/* or the system call: */
	long		 number;
	long		 args[6];
};
#define STEP(name, run) { name, run, 0, { 0 } }

struct steps {
	const struct step	*step;
	size_t			 n;
};
extern const struct steps steps_calls, steps_files, steps_net, steps_process;

/* Arguments that are known only when the step is taken. */
enum {
	PAIR0 = -1000, PAIR1, LISTENER, CONNECTED, RESET, EPOLL, FOLDER, STORE,
	WRITTEN, MEMORY, SIBLING, SIBLING_FD, PAGE, SELF, PAGE_SIZE,
};

/* What a kind of process is: its variants are columns of outcomes. */
struct kind {
	const char	*column;
	/* Enter its seal.  NULL, or what could not be done. */
	const char	*(*seal)(void);
	bool	 as_root;	/* makes sense as root, too */
};
extern const struct kind kinds[];
extern const size_t nkinds;

/* For a step: 0, or errno when r is -1. */
int	 step_result(long r);

#endif
