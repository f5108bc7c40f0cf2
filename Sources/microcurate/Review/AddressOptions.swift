import ArgumentParser
import ReviewServer

/// Where the server listens.
struct AddressOptions: ParsableArguments {
    @Option(help: "Address to listen on.")
    var host = ServerOptions.loopback

    @Option(help: "Port to listen on; 0 for any that is free.")
    var port = ServerOptions.port

    func validate() throws {
        if !(0...65_535).contains(port) { throw ValidationError("--port is a number from 0 to 65535") }
    }
}
