import com.reprezen.kaizen.oasparser.OpenApi3Parser;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads an API definition as the official suites do: {@code ApiDefinitionCheck FILE ADDRESS}. Exit code 1 unless it is valid. */
public class ApiDefinitionCheck {
    public static void main(String[] arguments) throws Exception {
        var text = Files.readString(Path.of(arguments[0]));
        var model = new OpenApi3Parser().parse(text, new URL(arguments[1]), true);
        if (model.isValid()) {
            System.out.println("valid, " + model.getPaths().size() + " paths");
        } else {
            model.getValidationItems().forEach(item -> System.out.println(item.getSeverity() + " " + item));
            System.exit(1);
        }
    }
}
