// Counterpart of programs/list.ts.
#include <stddef.h>
#include <stdint.h>

struct link {
    struct link *next, *previous;
};

struct task {
    struct link link;
    uint64_t ticks, id;
};

static struct task *task_of(struct link *link) {
    return (struct task *)((char *)link - offsetof(struct task, link));
}

static void push_back(struct link *root, struct link *link) {
    struct link *last = root->previous;
    link->previous = last;
    link->next = root;
    last->next = link;
    root->previous = link;
}

static struct task *pop_front(struct link *root) {
    struct link *first = root->next;
    if (first == root) return NULL;
    root->next = first->next;
    first->next->previous = root;
    return task_of(first);
}

static struct task first = {.id = 1}, second = {.id = 2}, third = {.id = 3};
static struct link run_queue;

uint64_t list_c(void *at, size_t length, uint64_t rounds) {
    (void)at;
    (void)length;
    first.ticks = second.ticks = third.ticks = 0;
    run_queue.next = run_queue.previous = &run_queue;
    push_back(&run_queue, &first.link);
    push_back(&run_queue, &second.link);
    push_back(&run_queue, &third.link);
    for (uint64_t i = 0; i < rounds; i++) {
        struct task *task = pop_front(&run_queue);
        if (!task) return 0;
        task->ticks += 1 + task->id;
        push_back(&run_queue, &task->link);
    }
    uint64_t total = 0;
    for (struct link *link = run_queue.next; link != &run_queue; link = link->next) {
        total += task_of(link)->ticks * task_of(link)->id;
    }
    return total;
}
