/// Comparisons that belong together.
protocol Suite {
    /// Measures those whose name holds `only`.
    func measure(_ bench: Workbench, _ only: String?) throws -> [Row]
}

extension Suite {
    func isWanted(_ name: String, _ only: String?) -> Bool {
        only.map { name.contains($0) } ?? true
    }
}
