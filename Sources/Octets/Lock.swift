package import Glibc

/// A value that one thread at a time may touch.
///
/// It stands on the C library's mutex, not on `Synchronization.Mutex`: the thread sanitizer sees what the former orders, and in
/// Swift 6.3 reports what the latter's slow path does.
package struct Lock<Value>: ~Copyable, Sendable {
    /// The addresses of memory that this lock alone owns; a mutex may not move.
    @usableFromInline let mutexAddress: UInt
    @usableFromInline let valueAddress: UInt

    /// A lock around `value`.
    @inlinable
    package init(_ value: consuming sending Value) {
        let memory = UnsafeMutablePointer<Value>.allocate(capacity: 1)
        unsafe memory.initialize(to: value)
        valueAddress = UInt(bitPattern: memory)
        let room = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
        // Holds: memory for one mutex, which stays where it is. Without attributes this cannot fail.
        unsafe room.initialize(to: pthread_mutex_t())
        unsafe pthread_mutex_init(room, nil)
        mutexAddress = UInt(bitPattern: room)
    }

    @inlinable
    deinit {
        // Holds: whoever ends the lock is its last user, and both were allocated above.
        unsafe pthread_mutex_destroy(mutex)
        unsafe mutex.deallocate()
        unsafe value.deinitialize(count: 1)
        unsafe value.deallocate()
    }

    /// Gives the value to `body`, which must not take this lock again.
    @inlinable @inline(__always)
    package borrowing func withLock<Outcome, Failure: Error>(
        _ body: (inout sending Value) throws(Failure) -> sending Outcome
    ) throws(Failure) -> sending Outcome {
        // Holds: the memory lives as long as the lock, and while the mutex is held nobody else is at the value.
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return try unsafe body(&value.pointee)
    }

    @inlinable
    package var mutex: UnsafeMutablePointer<pthread_mutex_t> {
        unsafe UnsafeMutablePointer(bitPattern: mutexAddress).unsafelyUnwrapped
    }

    @inlinable
    package var value: UnsafeMutablePointer<Value> {
        unsafe UnsafeMutablePointer(bitPattern: valueAddress).unsafelyUnwrapped
    }
}
