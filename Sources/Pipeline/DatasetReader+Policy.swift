package import Datasets
package import Policies

extension DatasetReader {
    /// Reads datasets as a policy says.
    package init(_ policy: DatasetPolicy) {
        var limits = DatasetLimits()
        limits.maximumBytes = policy.maximumBytes
        limits.maximumLineBytes = policy.maximumLineBytes
        var rules = RowRules()
        rules.names = policy.names
        rules.otherContent = policy.otherContent
        self.init(limits: limits, rules: rules)
    }
}
