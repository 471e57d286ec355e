#pragma once
// Linux calls that Swift cannot reach: they are declared only with _GNU_SOURCE, or need the CMSG_ macros.
#include <fcntl.h>
#include <malloc.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

// memfd_create(2) with close-on-exec and sealing allowed; -1 and errno on failure.
static inline int lethe_memfd_create(const char *name) {
    const unsigned int close_on_exec = 0x1, allow_sealing = 0x2;
    return (int)syscall(SYS_memfd_create, name, close_on_exec | allow_sealing);
}

// Forbids every further change of a memfd and of its seals, see F_ADD_SEALS of fcntl(2).
static inline int lethe_memfd_seal(int descriptor) {
    const int add_seals = 1033, seal = 0x1, shrink = 0x2, grow = 0x4, write = 0x8;
    return fcntl(descriptor, add_seals, seal | shrink | grow | write);
}

// The seals of a memfd, see F_GET_SEALS of fcntl(2).
static inline int lethe_memfd_seals(int descriptor) {
    const int get_seals = 1034;
    return fcntl(descriptor, get_seals);
}

// Sends an empty datagram that carries one descriptor, see SCM_RIGHTS of unix(7).
static inline ssize_t lethe_send_descriptor(
    int socket, const struct sockaddr *address, socklen_t length, int descriptor, int flags) {
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control;
    memset(&control, 0, sizeof control);
    control.header.cmsg_level = SOL_SOCKET;
    control.header.cmsg_type = SCM_RIGHTS;
    control.header.cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(&control.header), &descriptor, sizeof(int));
    struct msghdr message = {
        .msg_name = (void *)address,
        .msg_namelen = length,
        .msg_control = &control,
        .msg_controllen = sizeof control.bytes,
    };
    return sendmsg(socket, &message, flags);
}

// Receives a datagram and the descriptor that it carries, which is -1 if it carries none.
static inline ssize_t lethe_receive_descriptor(
    int socket, void *buffer, size_t capacity, int *descriptor, int flags) {
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control;
    struct iovec vector = {.iov_base = buffer, .iov_len = capacity};
    struct msghdr message = {
        .msg_iov = &vector,
        .msg_iovlen = 1,
        .msg_control = &control,
        .msg_controllen = sizeof control.bytes,
    };
    *descriptor = -1;
    ssize_t received = recvmsg(socket, &message, flags | MSG_CMSG_CLOEXEC);
    struct cmsghdr *header = received < 0 ? NULL : CMSG_FIRSTHDR(&message);
    if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS)
        memcpy(descriptor, CMSG_DATA(header), sizeof(int));
    return received;
}

// Gives memory that was freed back to the system, see malloc_trim(3).
static inline void lethe_release_free_memory(void) { malloc_trim(0); }
