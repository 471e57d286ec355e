import Testing

/// Tests that start a real daemon, one after another: each is to have the machine to itself.
@Suite("Real daemons", .serialized)
enum DaemonProcesses {}
