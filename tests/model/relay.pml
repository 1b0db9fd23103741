/*
 * The protocol of several nodes on one store: wish, tunnel and ticket.
 *
 * An operator jumps on a node.  If no tunnel to the device is known there, the
 * node writes a wish; every node that learns it tells the device when that polls
 * there.  The device opens its tunnel on any node, which writes a row; the
 * operator's node learns it, writes a ticket, and connects to that node, which
 * joins the stream.
 *
 * The rows and their changes stand in the store.  Each node's keeper reads the
 * changes in the order of their commits, any time later, and each row as it is
 * then.  Nodes die, begin again, or lose the store; connections die unnoticed.
 *
 * The faults are bounded (KILLS, CUTS, DROPS, SLOW), their times and places are
 * not.  With LIVE the property is wish_is_served, under weak fairness, and a
 * device polls any node for ever; without, there are assertions, and a state in
 * which nothing can happen any more is examined by final().
 *
 * BROKEN_ variants are the protocol with one rule left out; each must fail.
 */
#define N 3 /* nodes */
#define NONE N
#ifndef D
#define D 1 /* devices; the tunnels of all have the same server port */
#endif
#ifndef OPS
#define OPS 1 /* operators, each on any node, one jump at a time */
#endif
#ifndef JUMPS
#define JUMPS 1 /* of each operator */
#endif
#ifndef KILLS
#define KILLS 0 /* of nodes, by kill -9 */
#endif
#ifndef CUTS
#define CUTS 0 /* of nodes from the store, for a while */
#endif
#ifndef DROPS
#define DROPS 0 /* of tunnels by the device, unnoticed by the node */
#endif
#ifndef SLOW
#define SLOW 0 /* tickets that are too late for their stream */
#endif
#ifndef T
#define T 1 /* tickets at a time */
#endif

#define X(n, d) ((n) * D + (d))
#define BIT(n) (1 << (n))

/* --- the store ----------------------------------------------------------- */

bit alive[N];    /* the node's row: a sign of life within 15 s */
byte wish_row[D];   /* of nodes: the rows of wish */
byte tunnel_row[D]; /* the node of the device's tunnel, or NONE */

/* What a change names: the wishes or the tunnel of a device, or tickets. */
#define OF_WISH(d) (d)
#define OF_TUNNEL(d) (D + (d))
#define OF_TICKET (2 * D)
chan changes[N] = [2 * D + 1] of { byte }; /* those that a node has not read */

/* Tickets: in the store, then in the memory of a node, then used. */
#define FREE 0
#define WRITTEN 1
#define HELD 2
#define USED 3
byte ticket[T];
byte ticket_to[T], ticket_dev[T]; /* as written */
byte ticket_at[T];                /* the node that took it from the store */
byte ticket_uses[T];
bit ticket_late[T]; /* its 30 s are over */
bit ticket_named[T]; /* its asker still needs it */

/* --- the nodes' memory --------------------------------------------------- */

bit up[N];	 /* it runs */
bit cut[N];	 /* it cannot reach the store */
byte peers[N];	 /* of nodes: those that it believes alive */
byte own[N * D];     /* jumps of its operators that hold the forward */
byte foreign[N * D]; /* of nodes: whose wishes it knows */
byte elsewhere[N * D]; /* the node that has the tunnel, as far as it knows */
bit tunnel[N * D];     /* it has the device's tunnel, as far as it knows */
bit unwritten[N * D];  /* that has changed since its row was written */
byte read_dev[N], read_row[N]; /* keeper's message TUNNEL on its way */

byte at[D]; /* the node on which the device has its tunnel, or NONE */

/* --- the operators ------------------------------------------------------- */

#define IDLE 0
#define WAITING 1
#define OPEN 2
byte jump[OPS];
byte jump_via[OPS]; /* of an open one: the tunnel's node */
byte jump_dev[OPS];
byte jump_at[OPS]; /* the operator's node */
bit died[OPS];     /* which has died since */
byte slow = SLOW, drops = DROPS, kills = KILLS, cuts = CUTS;

hidden byte i, j;

/* A change is committed: every keeper will read it, once for all before. */
inline commit(what)
{
	d_step {
		i = 0;
		do
		:: i < N ->
			if
			:: up[i] && !cut[i] && !(changes[i]??[eval(what)]) ->
				changes[i]!what
			:: else
			fi;
			i++
		:: else -> break
		od;
		i = 0
	}
}

#define ALIVE (alive[0] * BIT(0) + alive[1] * BIT(1) + alive[2] * BIT(2))
#define SERVES(n) (up[n] && !cut[n])

#ifdef BROKEN_ECHO /* a foreign wish becomes one of this node's own */
#define WISHES(n, d) (own[X(n, d)] > 0 || foreign[X(n, d)] != 0)
#else
#define WISHES(n, d) (own[X(n, d)] > 0)
#endif

#define HOLDS(n, d) (own[X(n, d)] > 0 || foreign[X(n, d)] != 0)

/* A node tells the device of a forward that is held and open nowhere. */
#define TELLS(n, d) \
	(HOLDS(n, d) && !tunnel[X(n, d)] && elsewhere[X(n, d)] == NONE)

/* --- a node -------------------------------------------------------------- */

inline learn_wishes(n, d)
{
	foreign[X(n, d)] = wish_row[d] & peers[n] & (7 - BIT(n))
}

/* The tunnel's row, as read a moment ago. */
inline learn_tunnel(n, d, row)
{
	if
	:: row != NONE && row != n ->
		/*
		 * Another node's row is newer than the row of this node's own
		 * tunnel, but only once that has been written.
		 */
		if
#ifdef BROKEN_TAKEOVER
		:: tunnel[X(n, d)] ->
#else
		:: tunnel[X(n, d)] && !unwritten[X(n, d)] ->
#endif
			tunnel[X(n, d)] = 0;
			unwritten[X(n, d)] = 1
		:: else
		fi;
		elsewhere[X(n, d)] = (peers[n] & BIT(row) -> row : NONE)
	:: else -> elsewhere[X(n, d)] = NONE
	fi
}

inline take_tickets(n)
{
	j = 0;
	do
	:: j < T ->
		if
#ifdef BROKEN_NODE /* whoever comes first takes any node's ticket */
		:: ticket[j] == WRITTEN ->
#else
		:: ticket[j] == WRITTEN && ticket_to[j] == n ->
#endif
			ticket[j] = HELD;
			ticket_at[j] = n
		:: else
		fi;
		j++
	:: else -> break
	od;
	j = 0
}

/* A node's sign of life ends or is back, which every keeper looks at. */
inline learn_peers(n)
{
	j = 0;
	do
	:: j < D ->
#ifndef BROKEN_STALE /* what is known of a dead node stays */
		foreign[X(n, j)] = (foreign[X(n, j)] & ALIVE) |
		    (wish_row[j] & ALIVE & (7 - peers[n]) & (7 - BIT(n)));
		if
		:: elsewhere[X(n, j)] != NONE && !alive[elsewhere[X(n, j)]] ->
			elsewhere[X(n, j)] = NONE
		:: else
		fi;
#endif
		if
		:: tunnel_row[j] != NONE && tunnel_row[j] != n &&
		    alive[tunnel_row[j]] && !(peers[n] & BIT(tunnel_row[j])) ->
			elsewhere[X(n, j)] = tunnel_row[j]
		:: else
		fi;
		j++
	:: else -> break
	od;
	peers[n] = ALIVE | BIT(n);
	j = 0
}

/* Of two tunnels of a device, the row is that of the one opened last. */
inline write_tunnel(n, d)
{
	unwritten[X(n, d)] = 0;
	if
	:: tunnel[X(n, d)] && tunnel_row[d] != n ->
		if
		:: tunnel_row[d] != NONE && tunnel_row[d] == at[d] ->
			tunnel[X(n, d)] = 0; /* this one is older */
			elsewhere[X(n, d)] =
			    (peers[n] & BIT(at[d]) -> at[d] : NONE)
		:: else -> tunnel_row[d] = n; elsewhere[X(n, d)] = NONE;
			commit(OF_TUNNEL(d))
		fi
#ifndef BROKEN_ROW /* the row of a closed tunnel stays */
	:: !tunnel[X(n, d)] && tunnel_row[d] == n ->
		tunnel_row[d] = NONE;
		commit(OF_TUNNEL(d))
#endif
	:: else
	fi
}

inline write_wish(n, d)
{
	wish_row[d] = wish_row[d] ^ BIT(n);
	commit(OF_WISH(d))
}

#define WISH_CHANGED(n, d) (((wish_row[d] & BIT(n)) != 0) != WISHES(n, d))

proctype reader(byte n)
{
	byte what = 0;

end:	do
	:: atomic {
		SERVES(n) && read_dev[n] == D && nempty(changes[n]) ->
		changes[n]?what;
		if
		:: what < D -> learn_wishes(n, what)
		:: what >= D && what < 2 * D ->
#ifdef CROSSING
			read_dev[n] = what - D;
			read_row[n] = tunnel_row[what - D]
#else
			learn_tunnel(n, what - D, tunnel_row[what - D])
#endif
		:: else -> take_tickets(n)
		fi;
		what = 0
	   }
#ifdef CROSSING /* the monitor opens a tunnel while this is on its way */
	:: atomic {
		up[n] && read_dev[n] != D ->
		learn_tunnel(n, read_dev[n], read_row[n]);
		read_dev[n] = D;
		read_row[n] = 0
	   }
#endif
	:: atomic {
		SERVES(n) && peers[n] != (ALIVE | BIT(n)) -> learn_peers(n)
	   }
	od
}

/*
 * A keeper writes what its monitor tells, and says when a tunnel's row is
 * written, after all that it has said before.
 */
proctype writer(byte n)
{
end:	do
	:: atomic {
		SERVES(n) && unwritten[X(n, 0)] && read_dev[n] == D ->
		write_tunnel(n, 0)
	   }
	:: atomic { SERVES(n) && WISH_CHANGED(n, 0) -> write_wish(n, 0) }
#if D > 1
	:: atomic {
		SERVES(n) && unwritten[X(n, 1)] && read_dev[n] == D ->
		write_tunnel(n, 1)
	   }
	:: atomic { SERVES(n) && WISH_CHANGED(n, 1) -> write_wish(n, 1) }
#endif
	od
}

/* --- a device ------------------------------------------------------------ */

inline any_node(n)
{
	if
	:: up[0] -> n = 0
	:: up[1] -> n = 1
	:: up[2] -> n = 2
	fi
}

/*
 * It polls any node, and opens its tunnel on any node.  A tunnel that it has it
 * does not open twice, unless a node misses it for longer than news take.
 */
proctype device(byte d)
{
	byte n = 0;
	bit told = 0;

end:	do
#ifdef LIVE
	:: atomic { up[0] || up[1] || up[2] -> any_node(n);
#else
	:: atomic {
		(up[0] && TELLS(0, d)) || (up[1] && TELLS(1, d)) ||
		    (up[2] && TELLS(2, d)) ->
		if
		:: up[0] && TELLS(0, d) -> n = 0
		:: up[1] && TELLS(1, d) -> n = 1
		:: up[2] && TELLS(2, d) -> n = 2
		fi;
#endif
		told = TELLS(n, d);
		if
		:: told && at[d] != NONE && tunnel[X(at[d], d)] &&
		    (unwritten[X(at[d], d)] || len(changes[n]) > 0 ||
			read_dev[n] != D) ->
			told = 0
		:: else
		fi;
#ifdef BROKEN_EXPIRE /* a node tells a foreign wish once */
		if
		:: told -> foreign[X(n, d)] = 0
		:: else
		fi;
#endif
		n = 0
	   }
		if
		:: atomic {
			told -> told = 0;
			if
			:: up[0] || up[1] || up[2] ->
				any_node(n);
				if
				:: SERVES(n) && HOLDS(n, d) ->
					at[d] = n;
					tunnel[X(n, d)] = 1;
					unwritten[X(n, d)] = 1
				:: else /* LISTEN is refused */
				fi
			:: else
			fi;
			n = 0
		   }
		:: !told
		fi
	:: atomic { drops > 0 && at[d] != NONE -> drops--; at[d] = NONE }
	od
}

/* --- time ---------------------------------------------------------------- */

#define USED_BY(o, n, d) \
	(jump[o] == OPEN && jump_via[o] == n && jump_dev[o] == d)
#if OPS > 1
#define STREAMS(n, d) (USED_BY(0, n, d) || USED_BY(1, n, d))
#else
#define STREAMS(n, d) USED_BY(0, n, d)
#endif

#define ZOMBIE(n, d) (tunnel[X(n, d)] && at[d] != n)
#define UNUSED(n, d) \
	(tunnel[X(n, d)] && !HOLDS(n, d) && !STREAMS(n, d) && !ZOMBIE(n, d))

/* Keepalives find dead connections; a tunnel without use is closed. */
proctype keepalive(byte n; byte d)
{
end:	do
	:: atomic {
		up[n] && (ZOMBIE(n, d) || UNUSED(n, d)) ->
		tunnel[X(n, d)] = 0;
		unwritten[X(n, d)] = 1
	   }
	:: atomic { at[d] == n && !tunnel[X(n, d)] -> at[d] = NONE }
	od
}

proctype expiry(byte t)
{
end:	do
	/* While its asker needs it, or at any time after. */
	:: atomic {
		ticket_named[t] && !ticket_late[t] && slow > 0 ->
		slow--;
		ticket_late[t] = 1
	   }
	:: atomic {
		ticket[t] != FREE && !ticket_named[t] ->
		ticket[t] = FREE;
		ticket_late[t] = 0;
		ticket_uses[t] = 0;
		ticket_to[t] = 0;
		ticket_dev[t] = 0;
		ticket_at[t] = 0
	   }
	od
}

/* --- a jump -------------------------------------------------------------- */

/* The other node's side of the link: has it the ticket, is it good? */
#ifdef BROKEN_TWICE /* a used ticket is kept */
#define GOOD(t, n) ((ticket[t] == HELD || ticket[t] == USED) && \
    ticket_at[t] == n && !ticket_late[t])
#elif defined(BROKEN_LATE) /* its time is not looked at */
#define GOOD(t, n) (ticket[t] == HELD && ticket_at[t] == n)
#else
#define GOOD(t, n) (ticket[t] == HELD && ticket_at[t] == n && !ticket_late[t])
#endif

/* The device whose tunnel has the ticket's port. */
#ifdef BROKEN_PORT /* the port alone names the tunnel */
#define JOINED_DEV(t, n) (tunnel[X(n, D - 1)] -> D - 1 : ticket_dev[t])
#else
#define JOINED_DEV(t, n) ticket_dev[t]
#endif

/* A client of node n has shown that it holds ticket t: dev, or D: refused. */
inline link_open(n, t, dev)
{
	dev = D;
	if
	:: up[n] && GOOD(t, n) ->
		ticket[t] = USED;
		ticket_uses[t]++;
		assert(ticket_uses[t] == 1);
		assert(!ticket_late[t]);
		assert(ticket_to[t] == n);
		if
		:: tunnel[X(n, JOINED_DEV(t, n))] &&
		    at[JOINED_DEV(t, n)] == n ->
			dev = JOINED_DEV(t, n)
		:: else /* there is no tunnel, or the device is silent */
		fi
	:: else
	fi
}

#define D_ jump_dev[o]
#define AT jump_at[o]

inline release(n, d)
{
	if
	:: held && up[n] -> own[X(n, d)]--
	:: else
	fi;
	held = 0
}

inline opened(o, via, dev)
{
	assert(dev == jump_dev[o]);
	jump[o] = OPEN;
	jump_via[o] = via;
	release(AT, jump_dev[o])
}


proctype operator(byte o)
{
	byte b = 0, t = T, dev = 0, jumps = JUMPS;
	bit held = 0;

end:	do
	:: atomic {
		jump[o] == IDLE && jumps > 0 &&
		    (SERVES(0) || (o > 0 && (SERVES(1) || SERVES(2)))) ->
		jumps--;
		/* The nodes are alike, and so are the devices. */
		if
		:: SERVES(0) -> AT = 0
		:: o > 0 && SERVES(1) -> AT = 1
		:: o > 0 && SERVES(2) -> AT = 2
		fi;
		if
		:: D_ = 0
#if D > 1
		:: o > 0 -> D_ = 1
#endif
		fi;
		jump[o] = WAITING
	   }
	/* Its node is dead, and so is its connection. */
	:: atomic {
		jump[o] != IDLE && died[o] ->
		if
		:: t != T -> ticket_named[t] = 0; t = T
		:: else
		fi;
		held = 0;
		died[o] = 0;
		jump[o] = IDLE;
		AT = 0
	   }
#ifdef GIVEUP
	:: atomic { /* the operator gives up */
		jump[o] == WAITING && !died[o] && t == T ->
		release(AT, D_);
		jump[o] = IDLE;
		AT = 0
	   }
#endif
	:: atomic { /* the stream has ended */
		jump[o] == OPEN && !died[o] -> jump[o] = IDLE; AT = 0
	   }
	:: atomic {
		jump[o] == WAITING && !died[o] && t == T &&
		    tunnel[X(AT, D_)] && at[D_] == AT ->
		opened(o, AT, D_)
	   }
	:: atomic { /* no tunnel is known: the forward is held */
		jump[o] == WAITING && !died[o] && t == T && !held &&
		    !tunnel[X(AT, D_)] && elsewhere[X(AT, D_)] == NONE ->
		held = 1;
		own[X(AT, D_)]++
	   }
	:: atomic { /* TICKET, TICKETED */
		jump[o] == WAITING && !died[o] && t == T && SERVES(AT) &&
		    !tunnel[X(AT, D_)] && elsewhere[X(AT, D_)] != NONE &&
		    (ticket[0] == FREE || ticket[T - 1] == FREE) ->
		t = (ticket[0] == FREE -> 0 : T - 1);
		b = elsewhere[X(AT, D_)];
		ticket[t] = WRITTEN;
		ticket_to[t] = b;
		ticket_dev[t] = D_;
		ticket_named[t] = 1;
		if
		:: SERVES(b) && !(changes[b]??[eval(OF_TICKET)]) ->
			changes[b]!OF_TICKET
		:: else
		fi;
#ifdef BROKEN_NODE
		commit(OF_TICKET)
#endif
	   }
	:: atomic { /* LINK_ASK; within 2 s LINK_KEY; LINK_OPEN */
		t != T && !died[o] &&
		    (ticket[t] != WRITTEN || ticket_late[t] || !SERVES(b) ||
			!(changes[b]??[eval(OF_TICKET)])) ->
#ifdef BROKEN_NODE
		b = ticket_at[t];
#endif
		link_open(b, t, dev);
		ticket_named[t] = 0;
		t = T;
		if
		:: dev != D -> opened(o, b, dev)
		:: else ->
			/*
			 * It failed.  The forward is held from now on; what is
			 * known of the tunnel stays, for another ticket.
			 */
#ifdef BROKEN_FORGET
			elsewhere[X(AT, D_)] = NONE;
#endif
			if
			:: !held -> held = 1; own[X(AT, D_)]++
			:: else
			fi
		fi;
		dev = 0;
		b = 0
	   }
	od
}

/* Whoever holds a ticket's key, on any node, and again. */
proctype replayer(byte t)
{
	byte dev = 0, n = 0;

end:	do
	:: atomic {
		ticket[t] == USED && (GOOD(t, 0) || GOOD(t, 1) || GOOD(t, 2)) ->
		n = ticket_at[t];
		link_open(n, t, dev);
		dev = 0;
		n = 0
	   }
	od
}

/* --- faults -------------------------------------------------------------- */

inline forget(n)
{
	do
	:: nempty(changes[n]) -> changes[n]?_
	:: empty(changes[n]) -> break
	od;
	read_dev[n] = D;
	read_row[n] = 0;
	j = 0;
	do
	:: j < D ->
		own[X(n, j)] = 0;
		foreign[X(n, j)] = 0;
		elsewhere[X(n, j)] = NONE;
		tunnel[X(n, j)] = 0;
		unwritten[X(n, j)] = 0;
		j++
	:: else -> break
	od;
	j = 0;
	do
	:: j < T ->
		if
		:: ticket[j] == HELD && ticket_at[j] == n -> ticket[j] = USED
		:: else
		fi;
		j++
	:: else -> break
	od;
	j = 0
}

/* The node begins: rows of its former life go, the others' are loaded. */
inline begin(n)
{
	up[n] = 1;
	cut[n] = 0;
	alive[n] = 1;
	peers[n] = ALIVE;
	k = 0;
	do
	:: k < D ->
		if
		:: tunnel_row[k] == n ->
			tunnel_row[k] = NONE;
			commit(OF_TUNNEL(k))
		:: else
		fi;
		if
		:: wish_row[k] & BIT(n) -> write_wish(n, k)
		:: else
		fi;
		learn_wishes(n, k);
		learn_tunnel(n, k, tunnel_row[k]);
		k++
	:: else -> break
	od;
	k = 0
}

/* The store is there again: all rows are read anew, its own are written. */
inline join_again(n)
{
	cut[n] = 0;
	alive[n] = 1;
	k = 0;
	do
	:: k < D ->
		if
		:: changes[n]??[eval(OF_WISH(k))]
		:: else -> changes[n]!OF_WISH(k)
		fi;
		if
		:: changes[n]??[eval(OF_TUNNEL(k))]
		:: else -> changes[n]!OF_TUNNEL(k)
		fi;
		k++
	:: else -> break
	od;
	if
	:: changes[n]??[eval(OF_TICKET)]
	:: else -> changes[n]!OF_TICKET
	fi;
	k = 0
}

proctype fate(byte n)
{
	byte k = 0;

end:	do
	:: atomic {
		up[n] && !cut[n] && kills > 0 ->
		kills--;
		up[n] = 0;
		forget(n);
		do
		:: k < OPS ->
			if
			:: jump[k] != IDLE && jump_at[k] == n -> died[k] = 1
			:: else
			fi;
			k++
		:: else -> break
		od;
		k = 0
	   }
	:: atomic { !up[n] && alive[n] -> alive[n] = 0 }
#ifndef STAYS /* a dead node stays dead */
	:: atomic { !up[n] -> begin(n) }
#endif
	:: atomic { SERVES(n) && cuts > 0 -> cuts--; cut[n] = 1 }
	:: atomic { cut[n] && alive[n] -> alive[n] = 0 }
	:: atomic { cut[n] -> join_again(n) }
	od
}

#ifndef LIVE
/* Nothing can happen any more. */
proctype final()
{
	byte n = 0, d = 0;

	atomic {
		timeout ->
		do
		:: d < D ->
			/* No operator waits: no row is left, and no hold. */
			assert((wish_row[d] & ALIVE) == 0);
			assert(tunnel_row[d] == NONE || !alive[tunnel_row[d]]);
			n = 0;
			do
			:: n < N ->
				assert(up[n] == alive[n]);
				assert(!up[n] || !HOLDS(n, d));
				assert(!tunnel[X(n, d)]);
				assert(elsewhere[X(n, d)] == NONE);
				n++
			:: else -> break
			od;
			d++
		:: else -> break
		od;
		n = 0;
		do
		:: n < OPS -> assert(jump[n] == IDLE); n++
		:: else -> break
		od;
		n = 0;
		do
		:: n < T -> assert(ticket[n] == FREE); n++
		:: else -> break
		od
	}
}
#else
ltl wish_is_served { [] (jump[0] == WAITING -> <> (jump[0] != WAITING)) }
#endif

init
{
	byte k = 0;

	atomic {
		do
		:: k < N ->
			up[k] = 1;
			alive[k] = 1;
			peers[k] = 7;
			read_dev[k] = D;
			k++
		:: else -> break
		od;
		k = 0;
		do
		:: k < N * D -> elsewhere[k] = NONE; k++
		:: else -> break
		od;
		k = 0;
		do
		:: k < D -> at[k] = NONE; tunnel_row[k] = NONE; k++
		:: else -> break
		od;
#ifdef STANDING /* the last device has a tunnel already, by a permit */
		at[D - 1] = 1;
		tunnel[X(1, D - 1)] = 1;
		tunnel_row[D - 1] = 1;
		elsewhere[X(0, D - 1)] = 1;
		elsewhere[X(2, D - 1)] = 1;
#endif
		run reader(0); run reader(1); run reader(2);
		run writer(0); run writer(1); run writer(2);
		run fate(0); run fate(1); run fate(2);
		run keepalive(0, 0); run keepalive(1, 0); run keepalive(2, 0);
		run device(0);
#if D > 1
		run keepalive(0, 1); run keepalive(1, 1); run keepalive(2, 1);
		run device(1);
#endif
		run expiry(0);
#if T > 1
		run expiry(1);
#endif
		run operator(0);
#if OPS > 1
		run operator(1);
#endif
#ifndef LIVE
		run replayer(0);
#if T > 1
		run replayer(1);
#endif
		run final()
#endif
	}
}
