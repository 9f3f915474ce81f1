import { Catch, type ExceptionFilter } from '@nestjs/common';
import { ServiceError } from './service-error.js';

/** Lets expected errors through to the GraphQL formatter, without a line in the log. */
@Catch(ServiceError)
export class ServiceErrorFilter implements ExceptionFilter<ServiceError> {
  catch(error: ServiceError): ServiceError {
    return error;
  }
}
