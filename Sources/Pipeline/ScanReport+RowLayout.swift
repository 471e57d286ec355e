package import Datasets
import Moderation
package import Reports

extension ScanReport.Input {
    /// How the dataset's rows are read, as far as the report tells.
    package var rowLayout: RowLayout {
        var names = RowNames()
        for (column, name) in columnNames ?? [:] {
            if let column = RowColumn(rawValue: column) { names.columns[column] = name }
        }
        names.roles = (roleNames ?? [:]).compactMapValues(Role.init)
        return RowLayout(
            format.flatMap(DatasetFormat.Layout.init) ?? .lines, columns: (columns ?? []).map(RowColumn.init),
            names: names)
    }
}
