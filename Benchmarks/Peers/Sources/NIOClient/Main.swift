import CMeasuring
import NIOCore
import NIOPosix
import NIOSSL

/// The same work as `transport`'s, by SwiftNIO: one event loop, one handler, no task in between.
///
///     nio-client roundtrip|receive PORT COUNT [--tls ROOTS.pem]
@main
enum Main {
    static func main() throws {
        settle_on_processor()
        let arguments = CommandLine.arguments
        guard arguments.count >= 4, let port = Int(arguments[2]), let count = Int(arguments[3]) else {
            print("usage: nio-client roundtrip|receive PORT COUNT [--tls ROOTS]")
            return
        }
        let roots = arguments.count > 5 ? arguments[5] : nil
        let context = try roots.map { roots in
            var settings = TLSConfiguration.makeClientConfiguration()
            settings.trustRoots = .file(roots)
            return try NIOSSLContext(configuration: settings)
        }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let done = group.next().makePromise(of: Void.self)
        let isRoundTrip = arguments[1] == "roundtrip"
        let channel = try ClientBootstrap(group: group)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let context {
                        try channel.pipeline.syncOperations.addHandler(
                            try NIOSSLClientHandler(context: context, serverHostname: "localhost"))
                    }
                    try channel.pipeline.syncOperations.addHandler(
                        isRoundTrip ? RoundTrips(count, done) : Receiving(count, done) as any ChannelHandler)
                }
            }
            .connect(host: "127.0.0.1", port: port).wait()
        try done.futureResult.wait()
        _ = channel
    }
}

/// Prints what the process took since `before`.
func report(_ count: Int, since before: process_figures) {
    var after = process_figures()
    process_figures_now(&after)
    print(
        """
        count=\(count) wall=\(after.wall_ns - before.wall_ns) user=\(after.user_ns - before.user_ns) \
        system=\(after.system_ns - before.system_ns) waits=\(after.waits - before.waits)
        """)
}

/// One octet there, one back.
final class RoundTrips: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let count: Int
    private let done: EventLoopPromise<Void>
    private var left: Int
    private var before = process_figures()
    private var octet = ByteBuffer()

    init(_ count: Int, _ done: EventLoopPromise<Void>) {
        self.count = count
        self.done = done
        left = count + 1000
    }

    func channelActive(context: ChannelHandlerContext) {
        octet = ByteBuffer(integer: UInt8(10))
        context.writeAndFlush(wrapOutboundOut(octet), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        left -= 1
        if left == count { process_figures_now(&before) }
        guard left > 0 else {
            report(count, since: before)
            return done.succeed()
        }
        context.writeAndFlush(wrapOutboundOut(octet), promise: nil)
    }
}

/// All that the peer sends.
final class Receiving: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let count: Int
    private let done: EventLoopPromise<Void>
    private var total = 0
    private var before = process_figures()

    init(_ count: Int, _ done: EventLoopPromise<Void>) {
        self.count = count
        self.done = done
    }

    func channelActive(context: ChannelHandlerContext) {
        process_figures_now(&before)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        total += unwrapInboundIn(data).readableBytes
        if total == count {
            report(count, since: before)
            done.succeed()
        }
    }
}
